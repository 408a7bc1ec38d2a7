"""What crosses between a student's process and the referee, and what must not."""

import io
import json
import pickle
import socket
import struct
import threading
import time
import tracemalloc
from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from nbreferee import wire
from nbreferee.wire import Bounds, Closed, WireError, pack, unpack

PLAIN = [
    None,
    True,
    0,
    -(10**300),
    0.1,
    float("inf"),
    1 - 2j,
    "grün\ud800\n",
    b"\x00\xff",
    [],
    [1, [2.5, (3, None)]],
    {"a": 1, 2: "b", (3, 4): [5]},
    {1, 2},
]


@pytest.mark.parametrize("value", PLAIN, ids=lambda value: ascii(value)[:20])
def test_plain_values_come_back_as_they_were(value):
    back = unpack(pack(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "<u8", ">f4", "f8", "c16", "U5", "S3", "M8[s]"]
)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 0, 4), (2, 3, 4)])
def test_arrays_keep_dtype_shape_and_values(dtype, shape):
    array = (
        np.arange(np.prod(shape, dtype=int)).reshape(shape).astype("i8").astype(dtype)
    )
    back = unpack(pack({"x": array}))["x"]
    assert type(back) is np.ndarray
    assert back.dtype == array.dtype
    assert back.shape == shape
    assert np.array_equal(back, array)
    assert back.flags.writeable


def test_arrays_in_any_memory_order_come_back_equal():
    array = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    assert np.array_equal(unpack(pack(array)), array)
    assert np.array_equal(unpack(pack(array[::-1, ::2])), array[::-1, ::2])


def test_numpy_scalars_and_dtypes_stay_what_they_are():
    for scalar in [np.float32(0.1), np.int64(7), np.bool_(True)]:
        back = unpack(pack(scalar))
        assert type(back) is type(scalar)
        assert back == scalar
    assert unpack(pack(np.float32)) == np.float32


def test_nan_crosses():
    number, array = unpack(pack([float("nan"), np.array([np.nan])]))
    assert np.isnan(number)
    assert np.isnan(array).all()


def test_a_subclass_that_lies_crosses_as_its_base_type():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

    class LyingFloat(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    point = namedtuple("point", "x y")
    back = unpack(
        pack([np.zeros(2).view(Liar), LyingFloat(1), OrderedDict(a=1), point(1, 2)])
    )
    assert [type(value) for value in back] == [np.ndarray, float, dict, tuple]


def test_tensors_cross_as_tensors():
    torch = pytest.importorskip("torch")
    tensor = torch.arange(6.0, requires_grad=True).reshape(2, 3)
    back = unpack(pack([tensor, torch.tensor([1.5], dtype=torch.bfloat16)]))
    assert type(back[0]) is torch.Tensor
    assert torch.equal(back[0], tensor.detach())
    assert back[1].item() == 1.5


def test_a_tensor_of_one_number_has_no_axis():
    torch = pytest.importorskip("torch")
    back = unpack(pack(torch.tensor(3)))
    assert torch.equal(back, torch.tensor(3))


@pytest.mark.parametrize(
    "value",
    [
        object(),
        lambda: 0,
        np.array([object()]),
        np.zeros(2, dtype="i4,f8"),
        ValueError("x"),
    ],
    ids=["object", "function", "array of objects", "records", "exception"],
)
def test_anything_else_is_refused_or_becomes_a_handle(value):
    with pytest.raises(WireError, match="cannot cross"):
        pack(value)
    kept = []
    data = pack([value], handle=lambda v: kept.append(v) or {"id": 3})
    assert kept[0] is value
    assert unpack(data, handle=lambda body: ("stand-in", body)) == [
        ("stand-in", {"id": 3})
    ]
    with pytest.raises(WireError):
        unpack(data)


def test_depth_size_and_number_are_bounded_on_both_sides():
    deep = []
    for _ in range(100):
        deep = [deep]
    endless = []
    endless.append(endless)
    small = Bounds(depth=5, items=50, text=1000, total=2000)
    for value in [
        deep,
        endless,
        list(range(100)),
        "x" * 2000,
        np.zeros(1000),
        b"x" * 3000,
    ]:
        with pytest.raises(WireError):
            pack(value, bounds=small)
    huge = Bounds(depth=10**6, items=10**6, text=10**8, total=10**8)
    for value in [list(range(100)), "x" * 2000, np.zeros(1000), b"x" * 3000]:
        with pytest.raises(WireError):
            unpack(pack(value, bounds=huge), bounds=small)


def message(tree, *blobs):
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    parts = [struct.pack("!I", len(text)), text]
    for blob in blobs:
        parts += [struct.pack("!Q", len(blob)), blob]
    return b"".join(parts)


def npy(descr, shape, data=b"", fortran=False, version=b"\x01\x00"):
    header = (
        repr({"descr": descr, "fortran_order": fortran, "shape": shape}).encode()
        + b"\n"
    )
    return b"\x93NUMPY" + version + struct.pack("<H", len(header)) + header + data


def pickled_array():
    stream = io.BytesIO()
    np.save(stream, np.array([object], dtype=object), allow_pickle=True)
    return stream.getvalue()


HOSTILE = {
    "nothing": b"",
    "length only": struct.pack("!I", 10),
    "json length lies": struct.pack("!I", 2**32 - 1) + b"{}",
    "not json": message(b"\xff\xfe"),
    "nested without end": message(b"[" * 100_000),
    "nested dicts": message(b'{"tuple":' * 5000),
    "integer of a million digits": message(b"9" * 1_000_000),
    "two tags": message({"tuple": [], "dict": []}),
    "no tag": message({}),
    "unknown tag": message({"eval": "1"}),
    "pickle tag": message({"pickle": 0}, pickle.dumps(print)),
    "tuple of nothing": message({"tuple": None}),
    "unhashable key": message({"dict": [[[], 1]]}),
    "unhashable item": message({"set": [[1]]}),
    "dict of triples": message({"dict": [[1, 2, 3]]}),
    "blob missing": message({"bytes": 0}),
    "blob negative": message({"bytes": -1}, b"x"),
    "blob by name": message({"bytes": "0"}, b"x"),
    "blob length lies": message(1) + struct.pack("!Q", 2**63) + b"x",
    "complex of text": message({"complex": ["x", 1]}),
    "array of objects": message({"array": 0}, npy("|O", (1,), b"x" * 8)),
    "array with a pickle": message({"array": 0}, pickled_array()),
    "record array": message({"array": 0}, npy([("a", "<i4")], (1,), b"x" * 4)),
    "array larger than its data": message(
        {"array": 0}, npy("<f8", (10**12,), b"x" * 8)
    ),
    "array of nothing, a lot": message({"array": 0}, npy("<U0", (10**18,))),
    "array with a huge empty axis": message({"array": 0}, npy("<f8", (0, 10**18))),
    "negative shape": message({"array": 0}, npy("<f8", (-1, -1), b"x" * 8)),
    "shape of bools": message({"array": 0}, npy("<f8", (True,), b"x" * 8)),
    "header is code": message({"array": 0}, npy("__import__('os')", (1,))),
    "header of version 3": message(
        {"array": 0}, npy("<f8", (1,), b"x" * 8, version=b"\x03\x00")
    ),
    "header that is deep": message(
        {"array": 0}, b"\x93NUMPY\x01\x00" + struct.pack("<H", 2000) + b"(" * 2000
    ),
    "scalar of many": message({"scalar": 0}, npy("<f8", (2,), b"x" * 16)),
    "tensor of nothing known": message(
        {"tensor": ["os", 0]}, npy("<f8", (1,), b"x" * 8)
    ),
    "dtype of objects": message({"dtype": "O"}),
    "dtype that is long": message({"dtype": "f8," * 1000}),
    "handle nobody wants": message({"handle": {"id": 1}}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_are_refused_as_such(name):
    with pytest.raises(WireError):
        unpack(HOSTILE[name])


def test_noise_is_refused_or_read_as_plain_values():
    rng = np.random.default_rng(0)
    good = pack({"x": np.arange(5.0), "y": [1, "a", (2.5, None)]})
    for _ in range(2000):
        data = bytearray(good)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            data[place] = rng.integers(0, 256)
        try:
            value = unpack(bytes(data))
        except WireError:
            continue
        assert type(value) in (
            dict,
            list,
            tuple,
            str,
            int,
            float,
            type(None),
            bool,
            np.ndarray,
        )


def test_messages_cross_a_socket_and_a_closed_one_is_noticed():
    ours, theirs = socket.socketpair()
    payload = pack(np.arange(300_000.0))
    sender = threading.Thread(target=wire.send, args=(theirs, b"v", payload))
    sender.start()
    assert wire.receive(ours, deadline=time.monotonic() + 20) == (b"v", payload)
    sender.join()
    theirs.close()
    with pytest.raises(Closed):
        wire.receive(ours)
    ours.close()


def test_a_message_that_is_too_long_or_trickles_in_does_not_hold_the_receiver():
    ours, theirs = socket.socketpair()
    theirs.sendall(struct.pack("!cQ", b"v", 2**60))
    with pytest.raises(WireError):
        wire.receive(ours)
    stop = threading.Event()

    def trickle():
        while not stop.is_set():
            theirs.send(b"x")
            time.sleep(0.05)

    thread = threading.Thread(target=trickle)
    thread.start()
    with pytest.raises(TimeoutError):
        wire.receive(ours, limit=2**63, deadline=time.monotonic() + 0.5)
    stop.set()
    thread.join()
    with pytest.raises(TimeoutError):
        wire.send(ours, b"v", bytes(50_000_000), deadline=time.monotonic() + 0.3)


def message(tree, *blobs):
    """Write a message by hand."""
    text = tree if isinstance(tree, bytes) else json.dumps(tree).encode()
    parts = [struct.pack("!I", len(text)), text]
    for blob in blobs:
        parts += [struct.pack("!Q", len(blob)), blob]
    return b"".join(parts)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


LARGER_THAN_SENT = {
    "bytes again and again": message([{"bytes": 0}] * 19_000, bytes(1 << 20)),
    "an array again and again": message([{"array": 0}] * 19_000, npy(np.zeros(1 << 17))),
    "a tensor again and again": message([{"tensor": ["torch", 0]}] * 9, npy(np.ones(1 << 17))),
    "scalars again and again": message([{"scalar": 0}] * 19_000, npy(np.array("x" * 9999))),
    "empty lists": message(b"[" + b"[]," * 2_700_000 + b"0]"),
    "small numbers": message(b"[" + b"1.5," * 2_000_000 + b"0]"),
    "dicts": message(b"[" + b'{"a":0},' * 900_000 + b"0]"),
    "wide letters": message(("[\"\u2200\"," + "[]," * 900_000 + '""]').encode("utf-16")),
}  # fmt: skip


@pytest.mark.parametrize("name", LARGER_THAN_SENT)
def test_what_is_made_of_a_message_is_charged_and_not_what_was_sent(name):
    tracemalloc.start()
    with pytest.raises(WireError):
        unpack(LARGER_THAN_SENT[name], bounds=Bounds(items=20_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20, f"{peak >> 20} MB"


def test_a_long_text_full_of_commas_is_no_message_of_many_items():
    text = 'a, [b], {c: "d"} \\' * 200_000
    assert unpack(pack([text])) == [text]


MODULUS = 2**61 - 1
ALIKE = {
    "numbers in a set": {"set": [n * MODULUS for n in range(30_000)]},
    "keys of a dict": {"dict": [[n * MODULUS, 0] for n in range(30_000)]},
    "complex numbers": {
        "set": [{"complex": [1000003.0 * n, -float(n)]} for n in range(30_000)]
    },
    "pairs": {"set": [{"tuple": [n * MODULUS, 0]} for n in range(30_000)]},
}


@pytest.mark.parametrize("name", ALIKE)
def test_keys_of_one_hash_are_refused_before_a_table_is_made_of_them(name):
    with pytest.raises(WireError, match="one hash"):
        unpack(message(ALIKE[name]))
