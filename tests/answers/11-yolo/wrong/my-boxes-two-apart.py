"""Boxes that both functions thin out in the same way.

fails: test-my-boxes
says: gets your case right
"""


# %% my-boxes
MY_BOXES = np.array([[0, 0, 10, 10], [1, 0, 11, 10], [30, 0, 40, 10]])
MY_SCORES = np.array([0.9, 0.8, 0.7])
