"""Loops and counting throughout, without helping functions."""


# %% output-size
def output_size(n, f, p=0, s=1):
    if min(n, f, s) < 1 or p < 0:
        raise ValueError("sizes and strides are at least 1, padding at least 0")
    places = 0
    start = -p
    while start + f <= n + p:
        places += 1
        start += s
    if places == 0:
        raise ValueError("the filter does not fit")
    return places


# %% same-padding
def same_padding(n, f, s=1, dilation=1):
    f = dilation * (f - 1) + 1
    last = 0
    while last + s < n:
        last += s
    before = after = 0
    while before + n + after < last + f:
        if after > before:
            before += 1
        else:
            after += 1
    return before, after


# %% pad2d
def pad2d(image, before, after, value=0):
    if isinstance(before, int):
        before = (before, before)
    if isinstance(after, int):
        after = (after, after)
    for number in [*before, *after]:
        if number < 0:
            raise ValueError("negative padding")
    rows = before[0] + len(image) + after[0]
    columns = before[1] + len(image[0]) + after[1]
    out = np.zeros((rows, columns)) + value
    for i in range(len(image)):
        for j in range(len(image[0])):
            out[before[0] + i, before[1] + j] = image[i][j]
    return out


# %% correlate2d
def correlate2d(image, kernel, stride=1, padding="valid"):
    if not isinstance(stride, tuple):
        stride = (stride, stride)
    if stride[0] <= 0 or stride[1] <= 0:
        raise ValueError("stride")
    if padding not in ("valid", "same") and not isinstance(padding, int):
        raise ValueError("padding")
    if padding == "valid":
        padding = 0
    if padding == "same":
        top, bottom = same_padding(image.shape[0], kernel.shape[0], stride[0])
        left, right = same_padding(image.shape[1], kernel.shape[1], stride[1])
        rows = -(-image.shape[0] // stride[0])
        columns = -(-image.shape[1] // stride[1])
    else:
        top = bottom = left = right = padding
        rows = output_size(image.shape[0], kernel.shape[0], padding, stride[0])
        columns = output_size(image.shape[1], kernel.shape[1], padding, stride[1])
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            for u in range(kernel.shape[0]):
                for v in range(kernel.shape[1]):
                    y = i * stride[0] + u - top
                    x = j * stride[1] + v - left
                    if 0 <= y < image.shape[0] and 0 <= x < image.shape[1]:
                        out[i, j] += image[y, x] * kernel[u, v]
    return out


# %% receptive-window
def receptive_window(i, j, kernel_size, stride):
    if isinstance(kernel_size, int):
        kernel_size = (kernel_size, kernel_size)
    if isinstance(stride, int):
        stride = (stride, stride)
    rows = [i * stride[0] + u for u in range(kernel_size[0])]
    columns = [j * stride[1] + v for v in range(kernel_size[1])]
    return ((min(rows), max(rows)), (min(columns), max(columns)))


# %% receptive-field
def receptive_field(layers):
    first = last = 0
    for f, s in layers[::-1]:
        first, last = first * s, last * s + f - 1
    return last - first + 1
