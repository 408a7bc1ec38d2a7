r"""The lecture's formula as it stands: it goes below zero.

fails: test-same-padding-example, test-same-padding-fresh, test-correlate2d-fresh
says: negative: where the formula is below 0
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = -(-n // s) * s - n + f - s
    return total // 2, total - total // 2
