"""Files, as many and as large as can be.

honest: 80
verdict: ok, time
with: scale, average, threshold, layer
"""

# %% + average
import os

for folder in ("/tmp", "/dev/shm", ".", os.path.expanduser("~")):
    try:
        for i in range(100_000):
            with open(f"{folder}/{i}", "wb") as file:
                file.write(bytes(1 << 20))
    except OSError:
        pass
    try:
        for i in range(100_000):
            open(f"{folder}/empty-{i}", "w").close()
    except OSError:
        pass
