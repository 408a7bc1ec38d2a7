r"""What cannot be is not refused.

fails: test-output-size-errors, test-correlate2d-errors
says: should raise ValueError|raises \w+, expected ValueError
"""


# %% output-size
def output_size(n, f, p=0, s=1):
    return (n + 2 * p - f) // s + 1
