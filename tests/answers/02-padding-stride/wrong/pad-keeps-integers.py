r"""The result has the type of the image, so 2.5 becomes 2 and −∞ fails.

fails: test-pad2d-fresh
says: lost its fraction
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    h, w = image.shape
    out = np.full((top + h + bottom, left + w + right), value, dtype=image.dtype)
    out[top : top + h, left : left + w] = image
    return out
