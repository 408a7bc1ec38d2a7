"""The 2 of 2σ² is missing.

fails: test-gaussian-example, test-gaussian-fresh
says: too narrow
"""

# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    i, j = np.indices((size, size)) - size // 2
    weights = np.exp(-(i**2 + j**2) / sigma**2)
    return weights / weights.sum()
