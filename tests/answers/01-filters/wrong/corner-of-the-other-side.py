"""The corner filter looks for a corner at the lower right.

fails: test-filters-response, test-filters-picture
says: CORNER_FILTER answers
"""

# %% my-filters
RING_FILTER = np.array([[0, 0, 1], [0, -1, 1], [1, 0, 0]])
CORNER_FILTER = np.array([[0, 0, 1], [-1, -1, 0], [1, 0, 0]])
