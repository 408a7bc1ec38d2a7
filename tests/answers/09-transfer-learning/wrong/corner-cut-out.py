r"""The upper left corner instead of the middle.

fails: test-ready
says: upper left corner
"""


# %% ready
def ready(picture):
    height, width = picture.shape[:2]
    side = min(height, width) // 28 * 28
    top, left = 0, 0
    square = picture[top : top + side, left : left + side]
    block = side // 28
    small = square.reshape(28, block, 28, block, 3).mean(axis=(1, 3))
    if small.mean() > 127:
        small = 255 - small
    return np.rint(small).astype("uint8")
