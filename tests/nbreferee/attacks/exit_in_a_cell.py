"""A cell ends Python; nbgrader then has no score for the student.

honest: 80
verdict: crashed
with: scale, average, threshold, layer
"""

# %% + average
import os

os._exit(0)
