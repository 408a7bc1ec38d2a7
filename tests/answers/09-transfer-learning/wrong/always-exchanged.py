r"""Light and dark are exchanged in every picture.

fails: test-ready
says: dark already
"""


# %% ready
def ready(picture):
    height, width = picture.shape[:2]
    side = min(height, width) // 28 * 28
    top, left = (height - side) // 2, (width - side) // 2
    square = picture[top : top + side, left : left + side]
    block = side // 28
    small = square.reshape(28, block, 28, block, 3).mean(axis=(1, 3))
    if True:
        small = 255 - small
    return np.rint(small).astype("uint8")
