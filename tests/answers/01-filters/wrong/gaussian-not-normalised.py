"""The weights do not sum to 1.

fails: test-gaussian-example, test-gaussian-fresh
says: do not sum to 1
"""

# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    i, j = np.indices((size, size)) - size // 2
    return np.exp(-(i**2 + j**2) / (2 * sigma**2))
