"""Sixty cells show one large picture each, and errors with long texts: a megabyte for each.

honest: 80
verdict: ok
with: scale, average, threshold, layer
largest: 10000000
"""

# %% notebook
import json

from nbformat.v4 import new_code_cell

show = """
from IPython.display import display
display({"image/png": "iVBORw0KGgo" + "A" * 1_000_000}, raw=True)
print("x" * 60_000)
raise type("E" * 60, (Exception,), {})("y" * 100_000)
"""
for _ in range(60):
    notebook["cells"].append(json.loads(json.dumps(new_code_cell(show))))
