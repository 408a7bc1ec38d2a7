"""2N + 1 for odd N: beyond the limit.

fails: test-upsampling-kernel, test-upsampling-fresh
says: not the largest
"""


# %% upsampling-kernel
def upsampling_kernel(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    kernel = 2 * n if n % 2 == 0 else 2 * n + 1
    return kernel, n, (kernel - n) // 2
