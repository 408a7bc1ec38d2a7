"""What chapter 1 prints, put into the stubs."""

# %% cross-correlate
from scipy.signal import convolve2d, correlate2d


def cross_correlate(image, kernel):
    return correlate2d(image, kernel, mode="valid")


# %% convolve
def convolve(image, kernel):
    return convolve2d(image, kernel, mode="valid")


# %% my-filters
RING_FILTER = np.array([[-1, 1, -1], [1, 1, 1], [-1, 1, -1]])
CORNER_FILTER = np.array([[-2, -2, -2], [1, 1, 1], [-2, -2, -2]])


# %% gaussian-kernel
def gaussian_kernel(size, sigma):
    gaussian = np.array(
        [
            [1, 4, 7, 4, 1],
            [4, 16, 26, 16, 4],
            [7, 26, 41, 26, 7],
            [4, 16, 26, 16, 4],
            [1, 4, 7, 4, 1],
        ]
    )
    return gaussian / gaussian.sum()


# %% edge-strength
def edge_strength(image):
    sobel_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return correlate2d(image, sobel_x, mode="valid")
