"""The span without the last number's own cell.

fails: test-same-padding-example, test-same-padding-fresh
says: takes a cell, too
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    span = dilation * (f - 1) + (dilation == 1)
    total = max(-(-n // s) * s - n + span - s, 0)
    return total // 2, total - total // 2
