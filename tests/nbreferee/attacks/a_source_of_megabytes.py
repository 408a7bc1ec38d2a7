"""A cell whose source takes Python long to read.

honest: 0
verdict: ok, time, memory, crashed, killed
"""


# %% scale
def scale(x, factor):
    return 0


# %% notebook
big = next(c for c in notebook["cells"] if c["id"] == "scale")
big["source"] = "x = " + "(" * 90 + "1" + ")" * 90 + "\ny = [" + "[1]," * 120_000 + "]"
