"""Right on the patterns, and as loud on the rim of a block while it slides.

fails: test-filters-picture
says: on the rim
"""

# %% my-filters
RING_FILTER = np.array([[-1, 0, 0], [0, -1, 0], [0, 1, 1]])
CORNER_FILTER = np.array([[0, 0, 1], [0, -1, -1], [1, 0, 0]])
