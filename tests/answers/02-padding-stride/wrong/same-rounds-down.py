r"""The promised size is rounded down.

fails: test-same-padding-example, test-same-padding-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: rounded up, not down
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = max((n // s) * s - n + f - s, 0)
    return total // 2, total - total // 2
