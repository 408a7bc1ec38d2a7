r"""A pair is read as (columns, rows).

fails: test-pad2d-example, test-pad2d-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: rows and columns are swapped
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    image = np.asarray(image, dtype=float)
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    sides = ((left, right), (top, bottom))
    return np.pad(image, sides, constant_values=value)
