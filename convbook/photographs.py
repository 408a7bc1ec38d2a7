"""Real photographs that lie on every machine that has the course's packages."""

from __future__ import annotations

import numpy as np

PHOTOGRAPHS = ("astronaut", "camera", "cat", "china", "coins", "flower")


def photograph(name: str, *, grey: bool = False) -> np.ndarray:
    """Give a real photograph. All six lie on this machine already.

    Args:
        name: "astronaut" (512 × 512, colour), "camera" (512 × 512, grey), "cat"
            (300 × 451, colour) and "coins" (303 × 384, grey) come with scikit-image,
            "china" and "flower" (427 × 640, colour) with scikit-learn.
        grey: give the brightness, float64 (H, W) from 0 (black) to 1 (white).

    Returns:
        The picture as it is, uint8 from 0 to 255: (H, W, 3) RGB, or (H, W) if grey.

    Raises:
        ValueError: there is no photograph of that name.

    """
    if name not in PHOTOGRAPHS:
        raise ValueError(
            f"There is no photograph {name!r}. There are: {', '.join(PHOTOGRAPHS)}."
        )
    if name in ("china", "flower"):
        from sklearn.datasets import load_sample_image

        image = load_sample_image(f"{name}.jpg")
    else:
        import skimage.data

        image = getattr(skimage.data, name)()
    if not grey:
        return image.copy()  # scikit-learn's cannot be written to
    from skimage.color import rgb2gray

    return rgb2gray(image) if image.ndim == 3 else image / 255
