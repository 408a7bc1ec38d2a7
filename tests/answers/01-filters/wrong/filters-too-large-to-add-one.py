"""The numbers are so large that adding 1 changes nothing.

fails: test-filters-response, test-filters-picture
says: other weights than
"""

# %% my-filters
RING_FILTER = np.zeros((3, 3))
RING_FILTER[1, 1] = 1e17
CORNER_FILTER = RING_FILTER
