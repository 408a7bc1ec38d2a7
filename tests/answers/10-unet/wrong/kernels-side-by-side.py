"""Kernel N, stride N: enlarges, but is not the largest.

fails: test-upsampling-kernel, test-upsampling-fresh
says: not the largest
"""


# %% upsampling-kernel
def upsampling_kernel(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    kernel = n
    return kernel, n, (kernel - n) // 2
