r"""The odd zero goes to the start.

fails: test-same-padding-example, test-same-padding-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: swapped: the odd zero goes to the end
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = max(-(-n // s) * s - n + f - s, 0)
    return total - total // 2, total // 2
