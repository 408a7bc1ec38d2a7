r"""Both sides get the smaller half.

fails: test-same-padding-example, test-same-padding-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: one zero is missing
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = max(-(-n // s) * s - n + f - s, 0)
    return total // 2, total // 2
