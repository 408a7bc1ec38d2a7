"""σ is not squared: right for σ = 1 only.

fails: test-gaussian-fresh
says: is sigma squared
"""

# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    i, j = np.indices((size, size)) - size // 2
    weights = np.exp(-(i**2 + j**2) / (2 * sigma))
    return weights / weights.sum()
