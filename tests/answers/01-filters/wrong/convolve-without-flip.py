"""Convolution is taken to be cross-correlation.

fails: test-convolve-impulse, test-convolve-fresh
says: has not been flipped
"""

# %% convolve
def convolve(image, kernel):
    return cross_correlate(image, kernel)
