"""Filters with other numbers, as fractions and lists."""

# %% my-filters
PLUS_FILTER = [[-2.5, 2, -2.5], [2, 1.5, 2], [-2.5, 2, -2.5]]
BAR_FILTER = [[-1, -3, -1], [2, 2, 2], [-1, -3, -1]]


# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    half = size // 2
    weights = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            weights[i, j] = np.exp(-((i - half) ** 2 + (j - half) ** 2) / (2 * sigma**2))
    return weights / weights.sum()
