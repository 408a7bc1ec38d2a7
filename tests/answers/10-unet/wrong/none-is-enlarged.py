"""N below 1 is not refused.

fails: test-upsampling-fresh
says: should raise ValueError
"""


# %% upsampling-kernel
def upsampling_kernel(n):
    kernel = 2 * n if n % 2 == 0 else 2 * n - 1
    return kernel, n, (kernel - n) // 2
