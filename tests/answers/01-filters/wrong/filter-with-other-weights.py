"""The corner filter punishes with −2.

fails: test-filters-response, test-filters-picture
says: other weights than −1, 0 and 1
"""

# %% my-filters
RING_FILTER = np.array([[0, 0, 1], [0, -1, 1], [1, 0, 0]])
CORNER_FILTER = np.array([[0, 0, 1], [0, 0, -2], [1, 0, -2]])
