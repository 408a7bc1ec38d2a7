"""A hundred thousand pictures.

honest: 80
verdict: ok, output, time
with: scale, average, threshold, layer
"""

# %% + average
from IPython.display import display

for i in range(100_000):
    display({"image/png": "iVBORw0KGgo=" * 1000, "text/plain": "x" * 1000}, raw=True)
