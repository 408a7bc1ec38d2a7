"""The plus filter has no negative number, so a block pleases it as much.

fails: test-filters-response, test-filters-picture
says: PLUS_FILTER answers 5 to the plus and 5 to the block
"""

# %% my-filters
PLUS_FILTER = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]])
BAR_FILTER = np.array([[-2, -2, -2], [1, 1, 1], [-2, -2, -2]])
