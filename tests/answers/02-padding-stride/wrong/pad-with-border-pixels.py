r"""The pixels of the border are repeated.

fails: test-pad2d-example, test-pad2d-fresh, test-correlate2d-padding, test-correlate2d-fresh
says: the pixels of the border
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    image = np.asarray(image, dtype=float)
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    if min(top, left, bottom, right) < 0:
        raise ValueError("padding cannot be negative")
    return np.pad(image, ((top, bottom), (left, right)), mode="edge")
