"""An IoU next to the threshold.

fails: test-my-boxes
says: too near 0.5
"""


# %% my-boxes
MY_BOXES = np.array([[0, 0, 10, 10], [3, 0, 13, 10], [6, 0, 16, 10]])
MY_SCORES = np.array([0.9, 0.8, 0.7])
