r"""Light and dark are left as they are.

fails: test-ready
says: not exchanged
"""


# %% ready
def ready(picture):
    height, width = picture.shape[:2]
    side = min(height, width) // 28 * 28
    top, left = (height - side) // 2, (width - side) // 2
    square = picture[top : top + side, left : left + side]
    block = side // 28
    small = square.reshape(28, block, 28, block, 3).mean(axis=(1, 3))
    if False:
        small = 255 - small
    return np.rint(small).astype("uint8")
