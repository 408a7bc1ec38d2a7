"""A hundred thousand empty cells.

honest: 0
verdict: unreadable
"""

# %% notebook
notebook["cells"] += [{"cell_type": "code", "source": "", "metadata": {}}] * 100_000
