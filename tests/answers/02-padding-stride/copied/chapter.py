"""What chapter 2 prints, put into the stubs."""

# %% output-size
def output_size(n, f, p=0, s=1):
    return (n + 2 * p - f) // s + 1


# %% same-padding
import math


def same_padding(n, f, s=1):
    total = max(s * math.ceil(n / s) - n + f - s, 0)
    return total // 2, total - total // 2


# %% pad2d
def pad2d(image, before, after, value=0):
    return np.pad(image, (before, after))


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    down, right = np.broadcast_to(stride, 2)
    fh, fw = kernel.shape
    rows = (image.shape[0] - fh) // down + 1
    columns = (image.shape[1] - fw) // right + 1
    out = np.zeros((rows, columns), dtype="float32")
    for i in range(rows):
        for j in range(columns):
            top, left = i * down, j * right
            window = image[top : top + fh, left : left + fw]
            out[i, j] = np.sum(window * kernel)
    return out


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    return (i * stride, j * stride)


# %% receptive-field
def receptive_field(layers):
    fields = [(0, 0)]
    for f, s in reversed(layers):
        first, last = fields[0]
        fields.insert(0, (first * s, last * s + f - 1))
    return fields
