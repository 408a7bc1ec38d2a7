"""A socket without a file waits for the next submission.

honest: 30
verdict: ok
with: scale
"""

# %% + scale
import socket

server = socket.socket(socket.AF_UNIX)
server.bind("\0meeting-point")
server.listen()
