r"""A window that sticks out is counted.

fails: test-output-size-example, test-output-size-fresh, test-correlate2d-stride, test-correlate2d-padding, test-correlate2d-fresh
says: it is rounded up
"""


# %% output-size
def output_size(n, f, p=0, s=1):
    if n < 1 or f < 1 or s < 1 or p < 0 or f > n + 2 * p:
        raise ValueError("there is no such output")
    return -(-(n + 2 * p - f) // s) + 1
