"""Only the changes from left to right are measured.

fails: test-edge-example, test-edge-fresh
says: S_y there
"""

# %% edge-strength
def edge_strength(image):
    sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return np.abs(cross_correlate(image, sobel_x))
