"""The root is forgotten.

fails: test-edge-example, test-edge-fresh
says: take the root
"""

# %% edge-strength
def edge_strength(image):
    sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    across = cross_correlate(image, sobel_x)
    down = cross_correlate(image, sobel_x.T)
    return across**2 + down**2
