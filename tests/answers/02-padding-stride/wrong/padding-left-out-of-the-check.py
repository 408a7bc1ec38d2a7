r"""The filter is compared with the input before padding.

fails: test-output-size-example, test-output-size-fresh
says: does not fit
"""


# %% output-size
def output_size(n, f, p=0, s=1):
    if n < 1 or f < 1 or s < 1 or p < 0 or f > n:
        raise ValueError("the filter does not fit the input")
    return (n + 2 * p - f) // s + 1
