"""Only the rows of the kernel are reversed.

fails: test-convolve-impulse, test-convolve-fresh
says: flip the columns too
"""

# %% convolve
def convolve(image, kernel):
    return cross_correlate(image, np.asarray(kernel)[::-1])
