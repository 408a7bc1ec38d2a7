"""The chapter's rule as it stands: the dilation is never used.

fails: test-same-padding-example, test-same-padding-fresh
says: the dilation is left out
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    span = f
    total = max(-(-n // s) * s - n + span - s, 0)
    return total // 2, total - total // 2
