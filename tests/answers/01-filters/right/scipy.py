"""With SciPy, which swaps the two when the kernel is the larger one."""

# %% cross-correlate
import scipy.signal


def cross_correlate(image, kernel):
    if np.ndim(image) != 2 or np.ndim(kernel) != 2:
        raise ValueError("both must be 2-D")
    if any(k > n for k, n in zip(np.shape(kernel), np.shape(image))):
        raise ValueError("the kernel does not fit")
    return scipy.signal.correlate2d(np.asarray(image, float), kernel, mode="valid")


# %% convolve
def convolve(image, kernel):
    return scipy.signal.convolve2d(image, kernel, mode="valid")


# %% edge-strength
def edge_strength(image):
    smooth, difference = np.array([1, 2, 1]), np.array([1, 0, -1])
    across = convolve(image, np.outer(smooth, difference))
    down = convolve(image, np.outer(difference, smooth))
    return np.hypot(across, down)
