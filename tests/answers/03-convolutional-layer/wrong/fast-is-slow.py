"""The fast layer is the slow one under another name.

fails: test-conv2d-fast-speed
says: times as fast as four plain loops; at least 20
"""


# %% conv2d-fast
def conv2d_fast(x, w, b=None, stride=1, padding="valid"):
    return conv2d(x, w, b, stride, padding)
