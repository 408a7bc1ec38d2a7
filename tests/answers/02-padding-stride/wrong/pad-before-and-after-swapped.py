r"""The picture is written where `after` says.

fails: test-pad2d-example, test-pad2d-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: before and after are swapped
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    image = np.asarray(image, dtype=float)
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    sides = ((bottom, top), (right, left))
    return np.pad(image, sides, constant_values=value)
