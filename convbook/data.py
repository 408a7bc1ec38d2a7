"""Data for the notebooks, with or without a network.

`load("fashion_mnist")` takes the full set where this machine has it, else downloads it,
else takes the sample that ships with convbook, and prints in one line which it gave.
`load("cutouts")` makes its pictures out of Tux Paint's stamps, where they are installed.
`photograph("cat")` gives one of six real photographs.

The environment may say where to look: CONVBOOK_DATA names the folder that downloads are
kept in (as CONVBOOK_DATA/mnist/mnist.npz) instead of the user's cache, CONVBOOK_OFFLINE=1
forbids downloads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from convbook.photographs import photograph as photograph
from convbook.samples import stand_in
from convbook.sources import RECIPES, Arrays, Edition, read_npz

PATIENCE = 5.0
"""Seconds that a mirror has to answer."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labelled pictures, and where they come from.

    It unpacks as Keras's do: `(x_train, y_train), (x_test, y_test) = load("mnist")`.
    """

    x_train: np.ndarray
    """Pictures to train with, uint8 from 0 to 255: (n, 28, 28) or, in RGB, (n, H, W, 3)."""
    y_train: np.ndarray
    """Their classes, int64 (n,): indices into `class_names`."""
    x_test: np.ndarray
    """Pictures to test with, as `x_train`."""
    y_test: np.ndarray
    """Their classes, as `y_train`."""
    class_names: tuple[str, ...]
    source: str
    """"local" or "download": the full set; "sample": a part; "stand-in": another set."""
    description: str
    """The line that `load` printed."""

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Give the training pair, then the test pair."""
        yield self.x_train, self.y_train
        yield self.x_test, self.y_test


def load(name: str, *, sample: bool = False, offline: bool | None = None) -> Dataset:
    """Give a set of labelled pictures, and print in one line what it is and from where.

    The full set, where there is one: in convbook's own folder, where Debian's package
    dataset-fashion-mnist puts it, in Keras's cache, or on the network. Elsewhere the
    sample that ships with convbook (4,000 and 1,000 pictures), or for CIFAR-10 a stand-in
    that convbook draws (5,000 and 1,000), with as many pictures of one class as of any
    other. A file with a wrong sha256 is removed from convbook's own folder, passed over
    in any other, and named in the line.

    "cutouts" are 584 and 144 pictures of 128×128 in six classes: birds, mammals, fruit,
    flowers, vegetables and vehicles, cut out and pasted on photographs, each individual
    on four of them. The individuals of the test set are not in the training set. They
    are there where Tux Paint's stamps are installed; nothing else takes their place.

    Args:
        name: "mnist", "fashion_mnist", "cifar10" or "cutouts".
        sample: take the sample or the stand-in, whatever else there is.
        offline: download nothing. If not given, CONVBOOK_OFFLINE decides.

    Raises:
        ValueError: there is no set of that name, or no sample of it.
        FileNotFoundError: the stamps for "cutouts" are not installed. The message says
            how to get them.
        OSError: one of the stamps is corrupt, and is named.

    """
    if name == "cutouts":
        return _cutouts(sample)
    if name not in RECIPES:
        raise ValueError(
            f"There is no data set {name!r}. There are: {', '.join(RECIPES)}, cutouts."
        )
    if offline is None:
        offline = os.environ.get("CONVBOOK_OFFLINE", "0") not in ("", "0")
    notes: list[str] = []
    found = None
    if not sample:
        found = _local(name, notes)
        if not found and offline:
            notes.append("downloads are off")
        elif not found:
            found = _download(name, notes)
    (x_train, y_train, x_test, y_test), source, where = found or _sample(name)

    recipe = RECIPES[name]
    numbers = f"{len(x_train):,} training and {len(x_test):,} test pictures"
    remarks = f" ({'; '.join(notes)})" if notes else ""
    description = f"{recipe.title}: {numbers}, {where}{remarks}."
    print(description)
    drawn = source == "stand-in"
    return Dataset(
        x_train,
        y_train.astype(np.int64),
        x_test,
        y_test.astype(np.int64),
        tuple(stand_in.SHAPES if drawn else recipe.class_names.split(",")),
        source,
        description,
    )


def _cutouts(sample: bool) -> Dataset:
    """Make pictures out of Tux Paint's stamps."""
    from convbook import cutouts

    if sample:
        raise ValueError("No sample of the cut-outs ships with convbook.")
    (x_train, y_train, who), (x_test, y_test, others) = map(
        cutouts.pictures, ("train", "test")
    )
    description = (
        f"Cut-outs on photographs: {len(x_train):,} training and {len(x_test):,} test "
        f"pictures, of {len(set(who))} and {len(set(others))} individuals, made from "
        f"Tux Paint's stamps in {cutouts.folder()}."
    )
    print(description)
    return Dataset(
        x_train, y_train, x_test, y_test, cutouts.CLASSES, "local", description
    )


def _local(name: str, notes: list[str]) -> tuple[Arrays, str, str] | None:
    """Look for a full set on this machine."""
    own = _own_folder(name)
    for edition in RECIPES[name].editions:
        for folder in (own, *map(_expand, edition.folders)):
            contents = _contents(folder, edition, notes, own=folder == own)
            if contents:
                return edition.read(*contents), "local", f"from {folder}"
    return None


def _own_folder(name: str) -> Path:
    import platformdirs

    root = os.environ.get("CONVBOOK_DATA") or platformdirs.user_cache_dir("convbook")
    return _expand(root) / name


def _expand(folder: str) -> Path:
    return Path(os.path.expanduser(os.path.expandvars(folder)))


def _contents(
    folder: Path, edition: Edition, notes: list[str], own: bool
) -> list[bytes] | None:
    """Read an edition's files in a folder, if all are there and as they should be."""
    contents = []
    for path in (folder / file for file in edition.files):
        try:
            if not path.exists():
                continue
            # Read once: what is decoded is what was checked, whoever writes here now.
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() in edition.files[path.name]:
                contents.append(content)
            elif own:
                path.unlink(missing_ok=True)
                notes.append(f"removed {path}, which was corrupt")
            else:
                notes.append(f"passed over {path}, which is corrupt")
        except OSError as error:
            notes.append(f"passed over {path}: {error.strerror}")
    return contents if len(contents) == len(edition.files) else None


def _download(name: str, notes: list[str]) -> tuple[Arrays, str, str] | None:
    """Download a full set from the first mirror that has it."""
    try:
        import pooch
    except ImportError:
        notes.append("downloads need pooch: pip install pooch")
        return None
    pooch.get_logger().setLevel("WARNING")  # the line that `load` prints says it all
    folder, editions = _own_folder(name), RECIPES[name].editions
    mirrors = [(edition, mirror) for edition in editions for mirror in edition.mirrors]
    problems = _ask([mirror + next(iter(edition.files)) for edition, mirror in mirrors])
    with contextlib.ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            tempfile.TemporaryFile(dir=folder).close()
        except OSError as error:
            notes.append(f"not kept: cannot write to {folder}: {error.strerror}")
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for (edition, mirror), problem in zip(mirrors, problems, strict=True):
            host = urlsplit(mirror).netloc
            try:
                if not problem:
                    # pooch writes to a temporary file, checks it and then renames it.
                    for file, (sha256, *_) in edition.files.items():
                        pooch.retrieve(
                            mirror + file, sha256, file, folder, downloader=_fetch
                        )
                    contents = _contents(folder, edition, notes, own=True)
                    if contents:
                        arrays = edition.read(*contents)
                        return arrays, "download", f"downloaded from {host}"
                    problem = "what came was lost again"
            except (OSError, ValueError) as error:
                problem = _reason(error)
            notes.append(f"{host}: {problem}")
    return None


def _ask(urls: list[str]) -> Iterator[str]:
    """Ask all addresses at once; say of each in turn what is wrong with it, or ""."""
    # Without a network, the search for a host may take minutes (each name server, each
    # address), and no library bounds it: hence threads, left behind when time is up.
    import requests

    problems = [f"no answer in {PATIENCE:g} s"] * len(urls)

    def ask(i: int) -> None:
        try:
            with requests.get(urls[i], stream=True, timeout=PATIENCE) as response:
                response.raise_for_status()
            problems[i] = ""
        except requests.RequestException as error:
            problems[i] = _reason(error)

    threads = [
        threading.Thread(target=ask, args=(i,), daemon=True) for i in range(len(urls))
    ]
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.start()
    for i, thread in enumerate(threads):
        thread.join(max(0, deadline - time.monotonic()))
        yield problems[i]


def _reason(error: OSError | ValueError) -> str:
    """Say in a few words why a download has failed."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, requests.RequestException):
        return "no connection"
    if isinstance(error, ValueError):
        return "wrong sha256"
    return error.strerror or str(error)


def _fetch(url: str, output_file: str, pooch: object) -> None:
    """Download a file with a progress bar. pooch calls this with these arguments."""
    import requests

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without widgets, a notebook's bar is text
        from tqdm.auto import tqdm

    with requests.get(url, stream=True, timeout=4 * PATIENCE) as response:
        response.raise_for_status()
        size = int(response.headers.get("Content-Length", 0)) or None
        title = f"{Path(url).name} from {urlsplit(url).netloc}"
        with (
            open(output_file, "wb") as file,
            tqdm(
                desc=title,
                total=size,
                unit="B",
                unit_scale=True,
                leave=False,
                disable=False,  # pages are built without bars, and without downloads
            ) as bar,
        ):
            for chunk in response.iter_content(1 << 16):
                file.write(chunk)
                bar.update(len(chunk))


def _sample(name: str) -> tuple[Arrays, str, str]:
    """Read the sample that ships here, or draw the stand-in."""
    if name == "cifar10":
        arrays = *stand_in.draw(5000, seed=0), *stand_in.draw(1000, seed=1)
        return arrays, "stand-in", "a stand-in drawn by convbook, not CIFAR-10"
    content = Path(__file__).with_name("samples").joinpath(f"{name}.npz").read_bytes()
    return read_npz(content), "sample", "the sample that ships with convbook"


def main() -> None:
    """Fetch every full set, and say where one cannot be had: `make full-data`."""
    for name in RECIPES:
        if load(name, offline=False).source == "sample" and name == "fashion_mnist":
            print("Debian and Ubuntu have it: sudo apt install dataset-fashion-mnist")


if __name__ == "__main__":
    main()
