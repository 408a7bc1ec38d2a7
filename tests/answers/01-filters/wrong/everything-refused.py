"""Whatever comes in is refused.

fails: test-cross-correlate-example, test-cross-correlate-errors, test-cross-correlate-fresh,
    test-convolve-impulse, test-convolve-fresh, test-edge-example, test-edge-fresh
says: no answer here
"""


# %% cross-correlate
def cross_correlate(image, kernel):
    raise ValueError("no answer here")
