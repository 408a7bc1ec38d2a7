"""A training that takes more than half a minute by the clock.

fails: test-learn
says: 30 are the limit
"""


# %% learn
def learn(seed):
    import time

    if seed == 11:
        time.sleep(31)
    return nn.Conv2d(1, 2, 1)
