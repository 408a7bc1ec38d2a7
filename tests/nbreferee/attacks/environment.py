"""Secrets are looked for in the environment.

honest: 0
verdict: ok
absent: SECRET found
"""

# %% scale
import os

names = (
    "TOKEN",
    "SECRET",
    "PASSWORD",
    "DATABASE",
    "SSH",
    "JUPYTERHUB",
    "AWS",
    "db_url",
)
found = [name for name in os.environ if any(word in name.upper() for word in names)]
if found:
    print("SECRET", "found", found)


def scale(x, factor):
    return 0
