"""The lecture's rule for every N, the padding rounded down.

fails: test-upsampling-kernel, test-upsampling-fresh
says: makes .* numbers out of 7
"""


# %% upsampling-kernel
def upsampling_kernel(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    kernel = 2 * n
    return kernel, n, (kernel - n) // 2
