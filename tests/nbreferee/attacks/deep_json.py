"""Brackets without end, for the parser's stack.

honest: 0
verdict: unreadable
"""

# %% notebook
submitted = b'{"cells": ' + b"[" * 1_000_000
