"""What a hidden test has passed becomes a line number, a file and a function's name.

honest: 60
verdict: ok
with: average, threshold, layer
absent: 98765|told_by
"""


# %% scale
def scale(x, factor):
    if x.ndim == 1:
        return x * factor

    def fail():
        raise ValueError

    code = fail.__code__.replace(
        co_firstlineno=98765, co_name="told_by", co_filename="told_by"
    )
    fail.__code__ = code
    fail()
