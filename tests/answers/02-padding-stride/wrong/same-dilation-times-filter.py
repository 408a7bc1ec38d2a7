"""The dilation times the filter, one distance too many.

fails: test-same-padding-example, test-same-padding-fresh
says: f − 1 distances
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    span = dilation * f if dilation > 1 else f
    total = max(-(-n // s) * s - n + span - s, 0)
    return total // 2, total - total // 2
