"""A cell that never ends; all answers are right.

honest: 80
verdict: time
with: scale, average, threshold, layer
"""

# %% + average
while True:
    pass
