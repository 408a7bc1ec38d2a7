"""Twenty megabytes of metadata, wide and deep.

honest: 30
verdict: ok
with: scale
"""

# %% notebook
deep = {}
for _ in range(400):
    deep = {"a": deep}
notebook["metadata"] |= {"deep": deep, "wide": ["x" * 1000] * 20_000}
