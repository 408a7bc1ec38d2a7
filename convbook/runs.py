"""Short runs and full runs: which one this is, and the records of full ones.

A training chapter runs at two scales with the same code. `choose` decides which, and
prints it. What the long runs of `benchmarks/` measured lies in `results/`, one file each;
`read` gives it to the chapters, so that a page shows the full figures beside its own.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

RESULTS = Path(__file__).with_name("results")
SCALES = ("short", "full")


def choose(short: dict[str, Any], full: dict[str, Any]) -> SimpleNamespace:
    """Choose the scale of this run, and print in one line which it is.

    The full run starts where there is a GPU. CONVBOOK_SCALE=full or =short in the
    environment decides otherwise.

    Args:
        short: settings for some minutes on a CPU, such as `{"epochs": 2}`.
        full: the same settings for the run that the lecture made.

    Returns:
        The settings as attributes, and `scale`: "short" or "full".

    Raises:
        ValueError: the two name different settings, or CONVBOOK_SCALE is neither word.

    """
    if short.keys() != full.keys():
        different = ", ".join(sorted(short.keys() ^ full.keys()))
        raise ValueError(f"Name each setting for both runs; one lacks {different}.")
    scale = os.environ.get("CONVBOOK_SCALE", "").lower()
    if scale and scale not in SCALES:
        raise ValueError(f"CONVBOOK_SCALE is {scale!r}. Say short or full.")
    device = "GPU" if has_gpu() else "CPU"
    scale = scale or ("full" if device == "GPU" else "short")
    settings = {"short": short, "full": full}
    line = f"{scale.capitalize()} run on the {device}: {_in_words(settings[scale])}."
    if scale == "short":
        line += (
            f" The full run ({_in_words(full)}) starts where there is a GPU, or with "
            "CONVBOOK_SCALE=full in the environment."
        )
    print(line)
    return SimpleNamespace(scale=scale, **settings[scale])


def _in_words(settings: dict[str, Any]) -> str:
    values = (f"{v:,}" if isinstance(v, int) else f"{v}" for v in settings.values())
    names = (name.replace("_", " ") for name in settings)
    return ", ".join(
        f"{name} {value}" for name, value in zip(names, values, strict=True)
    )


def has_gpu() -> bool:
    """Say whether there is a GPU that the framework in use can compute on."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        return True
    tensorflow = sys.modules.get("tensorflow")
    if tensorflow is not None:
        return bool(tensorflow.config.list_physical_devices("GPU"))
    return False


def read(name: str) -> dict[str, Any] | None:
    """Give a recorded full run, or None where none was recorded yet.

    The record says `what` ran on which `data` and which `machine`, with which `versions`
    and `settings`. `runs` lists one entry a seed, with the rows of its `epochs`.
    """
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def write(name: str, record: dict[str, Any]) -> Path:
    """Record a full run; an interruption leaves the former record as it was."""
    path = RESULTS / f"{name}.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    partial.replace(path)
    return path


def read_weights(name: str) -> dict[str, np.ndarray] | None:
    """Give the weights that a recorded run has left, or None where there are none.

    They are kept in half precision, which costs a network about three digits, and come
    back as float32 under the names that PyTorch's `state_dict` gives them.
    """
    path = RESULTS / f"{name}.npz"
    if not path.exists():
        return None
    with np.load(path, allow_pickle=False) as file:
        return {
            key: file[key].astype(np.float32)
            if file[key].dtype == np.float16
            else file[key]
            for key in file.files
        }


def write_weights(name: str, state: dict[str, Any]) -> Path:
    """Keep the weights of a recorded run in half precision, for the pages' pictures.

    An array that half precision cannot hold, such as a variance of more than 65,504,
    stays as it is.

    Args:
        name: of the record that they belong to.
        state: arrays or tensors by name, as PyTorch's `state_dict` gives them.

    """
    path = RESULTS / f"{name}.npz"
    arrays = {key: np.asarray(value) for key, value in state.items()}
    largest = np.finfo(np.float16).max
    arrays = {
        key: value.astype(np.float16)
        if value.dtype.kind == "f" and np.abs(value).max(initial=0) <= largest
        else value
        for key, value in arrays.items()
    }
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # NumPy names one bool
    return path


def circumstances(*packages: str) -> dict[str, Any]:
    """Say where a run happens: the `machine`, and the `versions` of Python and packages."""
    versions = {name: importlib.metadata.version(name) for name in packages}
    return {
        "machine": f"{_processor()}, {cores()} cores, {_gpu()}",
        "versions": {"python": platform.python_version()} | versions,
    }


def cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()


def _gpu() -> str:
    try:
        names = subprocess.run(
            ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return "no GPU"
    return names.strip().replace("\n", ", ") or "no GPU"
