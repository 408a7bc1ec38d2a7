"""Whatever comes in is refused.

fails: test-conv2d-example, test-conv2d-stride-padding, test-conv2d-errors, test-conv2d-fresh
says: no answer here
"""


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding="valid"):
    raise ValueError("no answer here")
