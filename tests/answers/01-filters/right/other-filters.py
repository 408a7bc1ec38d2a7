"""Filters with other numbers, as lists."""

# %% my-filters
RING_FILTER = [[0, 1, 0], [0, -1, 1], [1, 0, 0]]
CORNER_FILTER = [[0, 0, 1], [1, -1, 0], [0, -1, 0]]


# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    half = size // 2
    weights = np.zeros((size, size))
    for i in range(size):
        for j in range(size):
            weights[i, j] = np.exp(-((i - half) ** 2 + (j - half) ** 2) / (2 * sigma**2))
    return weights / weights.sum()
