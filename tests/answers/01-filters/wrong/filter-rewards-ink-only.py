"""The ring filter has no negative number, so a cross pleases it as much.

fails: test-filters-response, test-filters-picture
says: RING_FILTER answers 4 to the ring and 4 to the cross
"""

# %% my-filters
RING_FILTER = np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]])
CORNER_FILTER = np.array([[0, 0, 1], [0, -1, -1], [1, 0, 0]])
