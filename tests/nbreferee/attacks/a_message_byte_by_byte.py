"""An answer that comes one byte a second.

honest: 0
verdict: time
"""

# %% scale
import gc
import socket
import struct
import time

for connection in [x for x in gc.get_objects() if isinstance(x, socket.socket)]:
    try:
        connection.settimeout(None)
        connection.getpeername()
        break
    except OSError:
        pass
connection.sendall(struct.pack("!cQ", b"a", 1000))
while True:
    connection.sendall(b"x")
    time.sleep(0.2)
