"""Megabytes of lines on which a regular expression would try every way to match.

honest: 10
verdict: ok
with: threshold
"""

# %% notebook
import json

from nbformat.v4 import new_code_cell

line = "a, " * 70 + ":" + " " * 190 + "\n"
for _ in range(7):
    notebook["cells"].append(json.loads(json.dumps(new_code_cell(line * 1200))))
