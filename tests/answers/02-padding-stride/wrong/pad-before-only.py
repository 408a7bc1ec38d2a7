r"""Nothing is added below and to the right.

fails: test-pad2d-example, test-pad2d-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: `after` is missing
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    image = np.asarray(image, dtype=float)
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    return np.pad(image, ((top, 0), (left, 0)), constant_values=value)
