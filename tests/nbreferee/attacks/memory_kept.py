"""A cell that fills the memory to the brim and keeps it; all answers are right.

honest: 80
verdict: memory, crashed
with: scale, average, threshold, layer
"""

# %% + average
hoard, size = [], 1 << 26
while True:
    try:
        hoard.append(bytearray(size))
    except MemoryError:
        if size < 1 << 16:
            raise
        size //= 2
