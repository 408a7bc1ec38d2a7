"""The bar filter looks for a vertical bar.

fails: test-filters-response, test-filters-picture
says: BAR_FILTER answers -3 to the bar
"""

# %% my-filters
PLUS_FILTER = np.array([[-1, 1, -1], [1, 1, 1], [-1, 1, -1]])
BAR_FILTER = np.array([[-2, 1, -2], [-2, 1, -2], [-2, 1, -2]])
