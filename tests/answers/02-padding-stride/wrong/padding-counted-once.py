r"""The padding is added on one side only.

fails: test-output-size-example, test-output-size-fresh
says: n grows by 2p
"""


# %% output-size
def output_size(n, f, p=0, s=1):
    if n < 1 or f < 1 or s < 1 or p < 0 or f > n + 2 * p:
        raise ValueError("there is no such output")
    return (n + p - f) // s + 1
