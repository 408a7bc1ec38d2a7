"""The kernel is transposed in place of turned.

fails: test-convolve-impulse, test-convolve-fresh
says: not a transposition
"""

# %% convolve
def convolve(image, kernel):
    return cross_correlate(image, np.asarray(kernel).T)
