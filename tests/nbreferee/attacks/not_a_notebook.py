"""An executable instead of a notebook.

honest: 0
verdict: unreadable
"""

# %% notebook
submitted = b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 100
