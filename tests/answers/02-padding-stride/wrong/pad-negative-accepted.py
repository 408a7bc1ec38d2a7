r"""A negative padding cuts the picture.

fails: test-pad2d-fresh, test-correlate2d-errors
says: padding cannot be negative
"""


# %% pad2d
def pad2d(image, before, after, value=0):
    top, left = before if np.ndim(before) else (before, before)
    bottom, right = after if np.ndim(after) else (after, after)
    h, w = np.shape(image)
    out = np.full((top + h + bottom, left + w + right), float(value))
    for i in range(h):
        for j in range(w):
            if 0 <= top + i < out.shape[0] and 0 <= left + j < out.shape[1]:
                out[top + i, left + j] = image[i][j]
    return out
