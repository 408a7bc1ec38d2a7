"""Values as bytes: what may pass between a student's process, the referee and who leads them.

The process at the other end belongs to somebody who wants points. So nothing that arrives is
ever executed, unpickled or trusted: a message is JSON plus arrays in NumPy's npy format, every
length is checked before memory is taken, and what comes out are exact built-in and NumPy types,
never a subclass whose `__eq__` could lie. A NumPy array of objects, a pickle or a header that
does not match its data is refused with `WireError`.

A packed value is

    4 bytes   length of the JSON text
    n bytes   JSON, in which every object is one tag: {"tuple": [...]}, {"array": 0}, ...
    then, for each blob that the JSON refers to by number: 8 bytes of length, and the blob

and a message on a socket is one letter (what kind of message), 8 bytes of length, a packed value.
"""

from __future__ import annotations

import io
import json
import math
import re
import socket
import struct
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

# What the first process of a namespace exits with; 0 to 127 are the student's process' own.
MEMORY, OUTPUT, BROKEN, SCARCE = 250, 251, 252, 253

Handler = Callable[[Any], Any]

_JSON_LENGTH = struct.Struct("!I")
_BLOB_LENGTH = struct.Struct("!Q")
_HEAD = struct.Struct("!cQ")
# bool, signed, unsigned, float, complex, bytes, str, datetime, timedelta: no objects, no records.
_KINDS = "biufcSUMm"


@dataclass(frozen=True)
class Bounds:
    """How large a message may be.

    `depth` counts nested lists, tuples, dicts and sets; `items` counts everything in them;
    `text` is the size of the JSON, `total` of the whole message, both in bytes.
    """

    depth: int = 40
    items: int = 200_000
    text: int = 8 << 20
    total: int = 128 << 20


BOUNDS = Bounds()


class WireError(ValueError):
    """A value that cannot cross, or a message that cannot be read."""


class Closed(ConnectionError):
    """The other end has closed the connection: its process is gone."""


# --- values -------------------------------------------------------------------------------------


def pack(value: Any, handle: Handler | None = None, bounds: Bounds = BOUNDS) -> bytes:
    """Turn a value into bytes.

    Args:
        value: None, bool, int, float, complex, str, bytes, list, tuple, dict, set, a NumPy array,
            scalar or dtype, a PyTorch or TensorFlow tensor, or containers of these. An instance
            of a subclass crosses as its base type.
        handle: is asked for anything else and returns what stands for it (a dict of plain
            values); without it, or when it returns None, such a value is refused.
        bounds: what the message may not exceed.

    Raises:
        WireError: if the value is of another type, too deep or too large.
    """
    packer = _Packer(handle, bounds)
    try:
        tree = packer.tree(value, 0)
        text = json.dumps(tree, separators=(",", ":")).encode("ascii")
    except (ValueError, RecursionError, OverflowError, MemoryError) as error:
        raise error if isinstance(error, WireError) else WireError(str(error)) from None
    if len(text) > bounds.text:
        raise WireError(f"the value is too large: {len(text):,} bytes of text")
    parts = [_JSON_LENGTH.pack(len(text)), text]
    for blob in packer.blobs:
        parts += [_BLOB_LENGTH.pack(len(blob)), blob]
    return b"".join(parts)


def unpack(
    data: bytes | bytearray, handle: Handler | None = None, bounds: Bounds = BOUNDS
) -> Any:
    """Turn bytes back into a value.

    Args:
        data: what `pack` made, or whatever a hostile process has sent instead.
        handle: makes the object for a handle, from the plain dict that came with it.
        bounds: what the message may not exceed.

    Raises:
        WireError: if anything at all is wrong with the message.
    """
    if len(data) > bounds.total:
        raise WireError(f"the message is too large: {len(data):,} bytes")
    view = memoryview(data)
    try:
        (length,) = _JSON_LENGTH.unpack_from(view)
        if length > bounds.text or length > len(view) - _JSON_LENGTH.size:
            raise WireError("the message is cut off or too large")
        place = _JSON_LENGTH.size + length
        text = bytes(view[_JSON_LENGTH.size : place])
        # Each item that JSON makes takes many times the bytes that it was sent in.
        if many_items(text, 4 * bounds.items):
            raise WireError("the message holds too many items")
        tree = json.loads(text.decode("ascii"))
        blobs: list[memoryview] = []
        while place < len(view):
            (length,) = _BLOB_LENGTH.unpack_from(view, place)
            place += _BLOB_LENGTH.size
            if length > len(view) - place or len(blobs) >= bounds.items:
                raise WireError("the message is cut off or has too many parts")
            blobs.append(view[place : place + length])
            place += length
        return _Unpacker(blobs, handle, bounds).value(tree, 0)
    except WireError:
        raise
    except Exception as error:
        raise WireError(f"the message is malformed ({type(error).__name__})") from None


_STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


def many_items(text: bytes, most: int) -> bool:
    """Say, before anything is made of it, whether a JSON text holds more than so many items."""
    if len(text) <= most:
        return False
    count = place = 0
    for string in _STRINGS.finditer(text):
        bare = text[place : string.start()]
        count += sum(bare.count(mark) for mark in (b"[", b"{", b",", b":"))
        place = string.end()
        if count > most:
            return True
    bare = text[place:]
    return count + sum(bare.count(mark) for mark in (b"[", b"{", b",", b":")) > most


class Remote:
    """What stands for an object at the other end; it crosses as a handle."""


class _Packer:
    def __init__(self, handle: Handler | None, bounds: Bounds) -> None:
        self.handle, self.bounds = handle, bounds
        self.blobs: list[bytes] = []
        self.items = self.size = 0

    def tree(self, value: Any, depth: int) -> Any:
        self.items += 1
        if depth > self.bounds.depth:
            raise WireError(
                f"the value is nested more than {self.bounds.depth} levels deep"
            )
        if self.items > self.bounds.items:
            raise WireError(f"the value holds more than {self.bounds.items:,} items")
        if value is None or type(value) in (bool, int, float, str):
            return value
        if isinstance(value, np.ndarray) and value.dtype.kind in _KINDS:
            return {"array": self.array(value)}
        if isinstance(value, np.generic) and value.dtype.kind in _KINDS:
            return {"scalar": self.array(np.asarray(value))}
        if isinstance(value, complex):
            return {"complex": [value.real, value.imag]}
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": self.blob(bytes(value))}
        if isinstance(value, str):
            return str.__str__(value)
        if isinstance(value, int):
            return int.__int__(value)
        if isinstance(value, float):
            return float.__float__(value)
        if isinstance(value, list):
            return [self.tree(item, depth + 1) for item in list.__iter__(value)]
        if isinstance(value, tuple):
            return {
                "tuple": [self.tree(item, depth + 1) for item in tuple.__iter__(value)]
            }
        if isinstance(value, (set, frozenset)):
            return {"set": [self.tree(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            return {
                "dict": [
                    [self.tree(key, depth + 1), self.tree(item, depth + 1)]
                    for key, item in dict.items(value)
                ]
            }
        if isinstance(value, np.dtype) and value.kind in _KINDS:
            return {"dtype": value.str}
        if isinstance(value, type) and issubclass(value, np.generic):
            return {"dtype": np.dtype(value).str}
        tensor = None if isinstance(value, Remote) else _from_tensor(value)
        if tensor is not None:
            kind, array = tensor
            return {"tensor": [kind, self.array(array)]}
        stand_in = self.handle(value) if self.handle else None
        if stand_in is None:
            raise WireError(f"a value of type {type(value).__name__} cannot cross")
        return {"handle": {str(key): item for key, item in stand_in.items()}}

    def array(self, array: np.ndarray) -> int:
        if array.nbytes > self.bounds.total - self.size:
            raise WireError(
                f"the value is too large: an array of {array.nbytes:,} bytes"
            )
        buffer = io.BytesIO()
        np.lib.format.write_array(
            buffer, np.asarray(array), version=(1, 0), allow_pickle=False
        )
        return self.blob(buffer.getvalue())

    def blob(self, data: bytes) -> int:
        self.size += len(data)
        if self.size > self.bounds.total:
            raise WireError(
                f"the value is too large: more than {self.bounds.total:,} bytes"
            )
        self.blobs.append(data)
        return len(self.blobs) - 1


class _Unpacker:
    def __init__(
        self, blobs: list[memoryview], handle: Handler | None, bounds: Bounds
    ) -> None:
        self.blobs, self.handle, self.bounds = blobs, handle, bounds
        self.items = 0
        self.used: set[int] = set()

    def value(self, tree: Any, depth: int) -> Any:
        self.items += 1
        if depth > self.bounds.depth or self.items > self.bounds.items:
            raise WireError("the message is too deep or holds too many items")
        if tree is None or type(tree) in (bool, int, float, str):
            return tree
        if type(tree) is list:
            return [self.value(item, depth + 1) for item in tree]
        if len(tree) != 1:
            raise WireError("an object in the message is not one tag")
        ((tag, body),) = tree.items()
        match tag:
            case "tuple":
                return tuple(self.value(item, depth + 1) for item in body)
            case "set":
                return set(_apart([self.value(item, depth + 1) for item in body]))
            case "dict":
                pairs = [
                    (self.value(k, depth + 1), self.value(v, depth + 1))
                    for k, v in body
                ]
                _apart([key for key, _ in pairs])
                return dict(pairs)
            case "complex":
                real, imaginary = body
                return complex(float(real), float(imaginary))
            case "bytes":
                return bytes(self.blob(body))
            case "array":
                return self.array(body)
            case "scalar":
                scalar = self.array(body)
                if scalar.ndim != 0:
                    raise WireError("a scalar has more than one number")
                return scalar[()]
            case "tensor":
                kind, place = body
                return _to_tensor(kind, self.array(place))
            case "dtype":
                return _dtype(body)
            case "handle" if self.handle is not None and type(body) is dict:
                return self.handle(body)
        raise WireError("the message holds an unknown tag")

    def blob(self, place: Any) -> memoryview:
        if type(place) is not int or not 0 <= place < len(self.blobs):
            raise WireError("the message refers to a part that is not there")
        # What is made is copied: a part that is referred to again would be made again.
        if place in self.used:
            raise WireError("the message refers to a part twice")
        self.used.add(place)
        return self.blobs[place]

    def array(self, place: Any) -> np.ndarray:
        blob = self.blob(place)
        stream = io.BytesIO(blob[:4096])
        if np.lib.format.read_magic(stream) != (1, 0):
            raise WireError("an array has an unknown npy version")
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(
            stream, max_header_size=2048
        )
        count = math.prod(shape)
        data = blob[stream.tell() :]
        if dtype.hasobject or dtype.kind not in _KINDS or dtype.itemsize == 0:
            raise WireError("an array has a dtype that may not cross")
        if any(type(n) is not int or not 0 <= n <= self.bounds.total for n in shape):
            raise WireError("an array has an impossible shape")
        if count * dtype.itemsize != len(data):
            raise WireError("the header of an array does not match its data")
        array = np.frombuffer(data, dtype=dtype, count=count).copy()
        return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _apart(keys: list[Any]) -> list[Any]:
    """Refuse keys that were chosen to have one hash: a table of them takes quadratic time."""
    alike = Counter(map(hash, keys))
    if max(alike.values(), default=0) > 100:
        raise WireError("the message holds too many keys of one hash")
    return keys


def _dtype(text: Any) -> np.dtype:
    dtype = np.dtype(text) if type(text) is str and len(text) < 16 else None
    if dtype is None or dtype.kind not in _KINDS:
        raise WireError("the message holds an unknown dtype")
    return dtype


def _from_tensor(value: Any) -> tuple[str, np.ndarray] | None:
    """Return ("torch" or "tensorflow", array) if the value is a tensor that holds numbers."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        plain = value.detach().to("cpu").resolve_conj().resolve_neg()
        if plain.dtype == torch.bfloat16:
            plain = plain.float()
        return "torch", plain.numpy()
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        if type(value).__module__.startswith("keras."):
            value = getattr(value, "_value", value)  # a Keras variable holds another
        if isinstance(value, (tensorflow.Tensor, tensorflow.Variable)) and hasattr(
            value, "numpy"
        ):
            if value.dtype == tensorflow.bfloat16:
                value = tensorflow.cast(value, tensorflow.float32)
            array = np.asarray(value.numpy())
            if array.dtype.kind in _KINDS:
                return "tensorflow", array
    return None


def _to_tensor(kind: Any, array: np.ndarray) -> Any:
    """Make the tensor again, if its framework is loaded in this process; else an array."""
    if kind not in ("torch", "tensorflow"):
        raise WireError("the message holds an unknown kind of tensor")
    framework = sys.modules.get(kind)
    if framework is None:
        return array
    if kind == "torch":
        whole = np.ascontiguousarray(array)  # makes one number an array of one
        return framework.from_numpy(whole.reshape(array.shape))
    return framework.constant(array)


# --- messages on a socket -----------------------------------------------------------------------


def send(
    sock: socket.socket,
    kind: bytes,
    payload: bytes | bytearray,
    deadline: float | None = None,
) -> None:
    """Send one message before `deadline` (in `time.monotonic()` seconds; None: no limit).

    Raises:
        TimeoutError: if the other end does not take it in time.
        Closed: if the other end is gone.
    """
    try:
        for part in (_HEAD.pack(kind, len(payload)), payload):
            _set_timeout(sock, deadline)
            sock.sendall(part)
    except TimeoutError:
        raise
    except OSError as error:
        raise Closed(str(error)) from None


def receive(
    sock: socket.socket, limit: int = BOUNDS.total, deadline: float | None = None
) -> tuple[bytes, bytearray]:
    """Receive one message of at most `limit` bytes before `deadline`.

    Raises:
        TimeoutError: if the message is not complete in time, however many bytes trickle in.
        Closed: if the other end is gone.
        WireError: if the message is longer than `limit`.
    """
    kind, length = _HEAD.unpack(_read(sock, _HEAD.size, deadline))
    if length > limit:
        raise WireError(f"a message of {length:,} bytes is longer than {limit:,}")
    return kind, _read(sock, length, deadline)


def _read(sock: socket.socket, length: int, deadline: float | None) -> bytearray:
    # Memory is taken as bytes arrive, not on the word of the header.
    data = bytearray()
    while len(data) < length:
        _set_timeout(sock, deadline)
        try:
            part = sock.recv(min(length - len(data), 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Closed(str(error)) from None
        if not part:
            raise Closed("the connection was closed")
        data += part
    return data


def _set_timeout(sock: socket.socket, deadline: float | None) -> None:
    left = None if deadline is None else deadline - time.monotonic()
    if left is not None and left <= 0:
        raise TimeoutError
    sock.settimeout(left)
