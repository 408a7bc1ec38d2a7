"""The first boxes of the list.

fails: test-anchors, test-anchors-fresh
says: is asked for
"""


# %% choose-anchors
def choose_anchors(sizes, k):
    return sizes[:k]
