"""n / 2 is a fraction, even for even n.

fails: test-upsampling-kernel, test-upsampling-fresh
says: whole number
"""


# %% upsampling-kernel
def upsampling_kernel(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    kernel = 2 * n if n % 2 == 0 else 2 * n - 1
    return kernel, n, (kernel - n) / 2
