"""A message that refers to one part of it a hundred thousand times.

honest: 50
verdict: ok, crashed, output
with: average, threshold, layer
"""

# %% scale
import struct

from nbreferee import wire


def forged(value, handle=None, bounds=None):
    text = (
        b'{"dict":[["value",['
        + b",".join([b'{"bytes":0}'] * 100_000)
        + b']],["printed",""]]}'
    )
    blob = bytes(1 << 20)
    return struct.pack("!I", len(text)) + text + struct.pack("!Q", len(blob)) + blob


def scale(x, factor):
    wire.pack = forged
    return 0
