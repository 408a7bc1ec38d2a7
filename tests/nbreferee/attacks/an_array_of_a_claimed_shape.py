"""An array whose header claims terabytes, and one of no bytes with many axes.

honest: 50
verdict: ok, crashed
with: average, threshold, layer
"""

# %% scale
import struct

from nbreferee import wire


def forged(value, handle=None, bounds=None):
    header = (
        b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 1000000), }\n"
    )
    blob = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header
    text = b'{"dict":[["value",{"array":0}],["printed",""]]}'
    return struct.pack("!I", len(text)) + text + struct.pack("!Q", len(blob)) + blob


def scale(x, factor):
    wire.pack = forged
    return 0
