"""The ring filter says what it looks for at every place, as the chapter's do.

fails: test-filters-response, test-filters-picture
says: RING_FILTER has 9 weights that are not 0
"""

# %% my-filters
RING_FILTER = np.array([[1, 1, 1], [1, -1, 1], [1, 1, 1]])
CORNER_FILTER = np.array([[0, 0, 1], [0, -1, -1], [1, 0, 0]])
