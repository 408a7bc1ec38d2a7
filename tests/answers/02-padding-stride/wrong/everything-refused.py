"""Whatever comes in is refused.

fails: test-output-size-example, test-output-size-errors, test-output-size-fresh,
    test-correlate2d-stride, test-correlate2d-padding, test-correlate2d-errors,
    test-correlate2d-fresh
says: no answer here
"""


# %% output-size
def output_size(n, f, p=0, s=1):
    raise ValueError("no answer here")
