r"""Half padding, whatever the stride is.

fails: test-same-padding-example, test-same-padding-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: padding for a stride of 1
"""


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    return (f - 1) // 2, f // 2
