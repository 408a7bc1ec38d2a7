"""Numbers as short texts, for the cells of grids and tables."""

from __future__ import annotations

import numpy as np


def number_texts(array: np.ndarray) -> np.ndarray:
    """Write the numbers of an array short enough for cells: `4`, `−3`, `0.11`.

    Returns an array of texts of the same shape. Whole numbers stay whole. Where one number
    is not, all get as many decimals as it takes to write them exactly, two at most; three
    where two would write a number below 1 as zero. The minus is a real one, NaN an empty
    text. Texts stay what they are.
    """
    array = np.asarray(array)
    if not np.issubdtype(array.dtype, np.number) and array.dtype != bool:
        return array.astype(object)
    numbers = array[np.isfinite(array)].astype(float)
    decimals = next(
        (d for d in (0, 1) if np.allclose(numbers, numbers.round(d), 0, 1e-9)), 2
    )
    sizes = np.abs(numbers[numbers != 0])
    if decimals == 2 and sizes.max() < 1 and sizes.min() < 0.005:
        decimals = 3
    texts = np.empty(array.shape, dtype=object)
    for at, value in np.ndenumerate(array):
        if np.isnan(value):
            texts[at] = ""
        elif np.isinf(value):
            texts[at] = "∞" if value > 0 else "−∞"
        else:
            rounded = round(float(value), decimals) + 0.0  # no "−0"
            texts[at] = f"{rounded:.{decimals}f}".replace("-", "−")
    return texts
