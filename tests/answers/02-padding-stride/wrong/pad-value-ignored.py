r"""The new cells are always 0.

fails: test-pad2d-example, test-pad2d-fresh
says: the new cells hold 0
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    image = np.asarray(image, dtype=float)
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    return np.pad(image, ((top, bottom), (left, right)))
