"""SciPy slides, a slice takes the stride, and the size comes from a range."""


# %% output-size
def output_size(n, f, p=0, s=1):
    assert_possible = min(n, f, s) >= 1 and p >= 0
    if not assert_possible or f > n + 2 * p:
        raise ValueError(f"no output for {n=}, {f=}, {p=}, {s=}")
    return len(range(0, n + 2 * p - f + 1, s))


# %% same-padding
import math


def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    total = max(s * math.ceil(n / s) - n + f - s, 0)
    return [total // 2, math.ceil(total / 2)]


# %% correlate2d
import scipy.signal


def correlate2d(image, kernel, stride=1, padding="valid"):
    sh, sw = stride if isinstance(stride, tuple) else (stride, stride)
    if sh < 1 or sw < 1:
        raise ValueError("a stride moves forwards")
    if padding == "same":
        (top, bottom), (left, right) = (
            same_padding(image.shape[0], kernel.shape[0], sh),
            same_padding(image.shape[1], kernel.shape[1], sw),
        )
    else:
        top = bottom = left = right = {"valid": 0}.get(padding, padding)
        if not isinstance(top, int):
            raise ValueError(f"unknown padding {padding}")
    padded = pad2d(image, (top, left), (bottom, right))
    if padded.shape[0] < kernel.shape[0] or padded.shape[1] < kernel.shape[1]:
        raise ValueError("the kernel is too large")
    return scipy.signal.correlate2d(padded, kernel, mode="valid")[::sh, ::sw]


# %% receptive-field
def receptive_field(layers):
    if not layers:
        return 1
    *rest, (f, s) = layers
    step = 1
    for _, stride in rest:
        step *= stride
    return receptive_field(rest) + (f - 1) * step
