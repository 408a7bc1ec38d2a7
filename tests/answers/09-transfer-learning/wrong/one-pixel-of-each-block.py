r"""Pixels are left out, not averaged.

fails: test-ready
says: only one pixel of each block
"""


# %% ready
def ready(picture):
    height, width = picture.shape[:2]
    side = min(height, width) // 28 * 28
    top, left = (height - side) // 2, (width - side) // 2
    square = picture[top : top + side, left : left + side]
    block = side // 28
    small = square[::block, ::block].astype(float)
    if small.mean() > 127:
        small = 255 - small
    return np.rint(small).astype("uint8")
