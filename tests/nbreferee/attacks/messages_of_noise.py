"""Answers that are no messages, with pickles where arrays should be.

honest: 0
verdict: ok, crashed
absent: owned
"""

# %% scale
import pickle
import sys

from nbreferee import wire


class Evil:
    def __reduce__(self):
        return print, ("owned",)


def pack(value, *args, **kwargs):
    text = b'{"dict":[["value",{"array":0}],["printed",""],["changed",[]],["raised",null]]}'
    header = b"\x93NUMPY\x01\x00\x36\x00{'descr': '|O', 'fortran_order': False, 'shape': (1,)}"
    blob = header + b"\n" + pickle.dumps(Evil())
    parts = [len(text).to_bytes(4, "big"), text, len(blob).to_bytes(8, "big"), blob]
    return b"".join(parts)


def scale(x, factor):
    wire.pack = pack
    return 0
