"""convbook.data against real files and real servers on this machine."""

import functools
import gzip
import hashlib
import importlib.util
import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import tarfile
import textwrap
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import BuiltinFunctionType
from typing import ClassVar

import numpy as np
import pytest

from convbook import data, sources
from convbook.samples import stand_in
from convbook.sources import RECIPES, Edition, Recipe
from tools import make_samples

DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def idx(array):
    """An array as the files of MNIST hold it."""
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return gzip.compress(header + array.tobytes(), mtime=0)


# ------------------------------------------------------------ a small set, on real servers

rng = np.random.default_rng(0)
ARRAYS = {
    "x_train": rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
    "y_train": np.arange(30, dtype=np.uint8) % 10,
    "x_test": rng.integers(0, 256, (20, 28, 28), dtype=np.uint8),
    "y_test": np.arange(20, dtype=np.uint8) % 10,
}


def npz():
    file = io.BytesIO()
    np.savez_compressed(file, **ARRAYS)
    return file.getvalue()


NPZ = npz()


class Mirror(ThreadingHTTPServer):
    """A server of one folder, which keeps a list of what was asked for."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.asked, self.cut_after = folder, [], None
        self.cut = threading.Event()  # set when a download stands still
        self.go_on = threading.Event()
        self.go_on.set()
        super().__init__(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        self.host = f"127.0.0.1:{self.server_port}"
        self.url = f"http://{self.host}/"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, request, client_address):
        """Keep quiet when a client hangs up."""


class Handler(SimpleHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        super().do_GET()

    def copyfile(self, source, outputfile):
        if self.server.cut_after is None:
            return super().copyfile(source, outputfile)
        outputfile.write(source.read(self.server.cut_after))
        outputfile.flush()
        self.server.cut.set()
        self.server.go_on.wait(30)
        return None

    def log_message(self, *args):
        pass


@pytest.fixture
def mirror(tmp_path):
    """A function that starts a mirror holding some files."""
    running = []

    def start(**files):
        server = Mirror(tmp_path / f"mirror{len(running)}")
        for name, content in files.items():
            (server.folder / name.replace("__", ".")).write_bytes(content)
        running.append(server)
        return server

    yield start
    for server in running:
        server.go_on.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def dead():
    """The address of a port that nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{sock.getsockname()[1]}/"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty home; MNIST is the small set, and no set has a mirror."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CONVBOOK_DATA", str(tmp_path / "own"))
    for name in ("KERAS_HOME", "CONVBOOK_OFFLINE", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(data, "PATIENCE", 2.0)
    monkeypatch.setattr(data, "RECIPES", {"mnist": recipe()})
    return tmp_path


def recipe(*mirrors):
    edition = Edition(
        sources.read_npz, {"mnist.npz": (sha256(NPZ),)}, sources.KERAS, mirrors
    )
    return Recipe("MNIST", "0,1,2,3,4,5,6,7,8,9", (edition,))


def put(folder, content=NPZ, name="mnist.npz"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def is_full(dataset):
    return all(np.array_equal(getattr(dataset, key), ARRAYS[key]) for key in ARRAYS)


# ------------------------------------------------------------ which one is given


def test_own_folder_comes_before_keras_before_download_before_sample(home, mirror):
    server = mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(server.url)
    own = put(home / "own/mnist")
    keras = put(home / ".keras/datasets")

    first = data.load("mnist")
    assert (first.source, is_full(first)) == ("local", True)
    assert f"from {own.parent}." in first.description
    own.unlink()
    second = data.load("mnist")
    assert (second.source, is_full(second)) == ("local", True)
    assert f"from {keras.parent}." in second.description
    assert server.asked == []
    keras.unlink()
    third = data.load("mnist")
    assert (third.source, is_full(third)) == ("download", True)
    assert f"downloaded from {server.host}." in third.description
    own.unlink()
    server.shutdown()
    server.server_close()
    fourth = data.load("mnist")
    assert (fourth.source, is_full(fourth)) == ("sample", False)
    assert f"(127.0.0.1:{server.server_port}: no connection)" in fourth.description


def test_the_only_line_printed_is_the_description(capsys, home, mirror):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    for options in ({"sample": True}, {"offline": True}, {}, {}):
        dataset = data.load("mnist", **options)
        assert capsys.readouterr().out == dataset.description + "\n"
    assert dataset.description == (
        f"MNIST: 30 training and 20 test pictures, from {home}/own/mnist."
    )


def test_sample_is_given_when_asked_for_whatever_else_there_is(home):
    put(home / "own/mnist")
    dataset = data.load("mnist", sample=True)
    assert dataset.source == "sample"
    assert dataset.description == (
        "MNIST: 4,000 training and 1,000 test pictures, "
        "the sample that ships with convbook."
    )


@pytest.mark.parametrize("how", ["argument", "environment"])
def test_offline_gives_the_sample_says_so_and_asks_nobody(how, mirror, monkeypatch):
    server = mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(server.url)
    if how == "environment":
        monkeypatch.setenv("CONVBOOK_OFFLINE", "1")
    dataset = data.load("mnist", offline=True if how == "argument" else None)
    assert dataset.source == "sample"
    assert "the sample that ships with convbook (downloads are off)" in (
        dataset.description
    )
    assert server.asked == []


def test_offline_still_uses_a_local_copy(home):
    put(home / "own/mnist")
    assert data.load("mnist", offline=True).source == "local"


@pytest.mark.parametrize("value", ["", "0"])
def test_offline_can_be_switched_off(value, mirror, monkeypatch):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    monkeypatch.setenv("CONVBOOK_OFFLINE", value)
    assert data.load("mnist").source == "download"


def test_argument_goes_over_the_environment(mirror, monkeypatch):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    monkeypatch.setenv("CONVBOOK_OFFLINE", "1")
    assert data.load("mnist", offline=False).source == "download"


def test_unknown_name_is_an_error_that_lists_the_names(monkeypatch):
    monkeypatch.setattr(data, "RECIPES", RECIPES)
    with pytest.raises(ValueError, match=r"'mnits'.*mnist, fashion_mnist, cifar10"):
        data.load("mnits")


def test_dataset_unpacks_as_keras_does_and_can_be_written_to(home):
    put(home / "own/mnist")
    (x_train, y_train), (x_test, y_test) = dataset = data.load("mnist")
    assert x_train is dataset.x_train and y_test is dataset.y_test
    assert x_train.dtype == x_test.dtype == np.uint8
    assert y_train.dtype == y_test.dtype == np.int64
    for array in (x_train, y_train, x_test, y_test):
        assert array.flags.writeable


# ------------------------------------------------------------ local copies


def test_own_folder_is_in_the_users_cache_unless_told_otherwise(home, monkeypatch):
    monkeypatch.delenv("CONVBOOK_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setattr(sys, "platform", "linux")
    put(home / "cache/convbook/mnist")
    assert data.load("mnist").source == "local"


@pytest.mark.parametrize("folder", [".keras/datasets", "keras/datasets"])
def test_keras_cache_is_used(folder, home, monkeypatch):
    if folder.startswith("keras"):
        monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    path = put(home / folder)
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("local", True)
    assert f"from {path.parent}" in dataset.description


def idx_files(folder):
    """The four files of a set as Debian installs them; their names and contents."""
    names = tuple(RECIPES["fashion_mnist"].editions[0].files)
    contents = [idx(ARRAYS[k]) for k in ("x_train", "y_train", "x_test", "y_test")]
    for name, content in zip(names, contents, strict=True):
        put(folder, content, name)
    return dict(zip(names, contents, strict=True))


def test_debians_folder_is_used(home):
    files = idx_files(home / "share")
    edition = Edition(
        sources.read_idx,
        {name: ("0" * 64, sha256(content)) for name, content in files.items()},
        folders=(str(home / "share"),),
    )
    data.RECIPES["mnist"] = Recipe("MNIST", "0,1", (edition,))
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("local", True)
    assert f"from {home / 'share'}" in dataset.description
    assert dataset.x_train.flags.writeable
    (home / "share" / next(iter(files))).unlink()  # three of four are no set
    assert data.load("mnist").source == "sample"


@pytest.mark.skipif(not DEBIAN.exists(), reason="needs dataset-fashion-mnist")
def test_all_of_fashion_mnist_from_debians_package(monkeypatch):
    monkeypatch.setattr(data, "RECIPES", RECIPES)
    dataset = data.load("fashion_mnist", offline=True)
    assert dataset.source == "local"
    assert f"from {DEBIAN}." in dataset.description
    assert dataset.x_train.shape == (60000, 28, 28)
    assert dataset.x_test.shape == (10000, 28, 28)
    assert np.bincount(dataset.y_train).tolist() == [6000] * 10
    assert np.bincount(dataset.y_test).tolist() == [1000] * 10
    assert dataset.class_names[dataset.y_train[0]] == "Ankle boot"


def test_corrupt_file_in_the_own_folder_is_removed_named_and_fetched_again(
    home, mirror
):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    path = put(home / "own/mnist", NPZ[:-9])
    dataset = data.load("mnist", offline=True)
    assert dataset.source == "sample"
    assert f"removed {path}, which was corrupt" in dataset.description
    assert not path.exists()

    put(path.parent, b"")
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("download", True)
    assert f"removed {path}, which was corrupt" in dataset.description
    assert path.read_bytes() == NPZ


def test_file_with_a_wrong_hash_in_anothers_folder_is_named_and_left_alone(home):
    path = put(home / ".keras/datasets", b"not the known file")
    dataset = data.load("mnist")
    assert dataset.source == "sample"
    assert f"passed over {path}, which is corrupt" in dataset.description
    assert path.read_bytes() == b"not the known file"


def test_file_that_cannot_be_read_is_named(home):
    path = home / "own/mnist/mnist.npz"
    path.mkdir(parents=True)  # a folder in its place: unreadable for root as well
    dataset = data.load("mnist")
    assert dataset.source == "sample"
    assert f"passed over {path}: Is a directory" in dataset.description


# ------------------------------------------------------------ downloads


def test_download_is_kept_and_shows_its_progress(capsys, home, mirror):
    server = mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(server.url)
    assert data.load("mnist").source == "download"
    bar = capsys.readouterr().err
    assert f"mnist.npz from {server.host}" in bar and "B/s" in bar
    assert [path.name for path in (home / "own/mnist").iterdir()] == ["mnist.npz"]
    asked = len(server.asked)
    assert data.load("mnist").source == "local"
    assert len(server.asked) == asked
    assert capsys.readouterr().err == ""


def test_wrong_hash_is_refused_and_the_next_mirror_tried(home, mirror):
    bad, good = mirror(mnist__npz=NPZ[::-1]), mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(bad.url, good.url)
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("download", True)
    assert f"from {good.host} ({bad.host}: wrong sha256)." in dataset.description
    assert [path.name for path in (home / "own/mnist").iterdir()] == ["mnist.npz"]


def test_missing_file_and_dead_mirror_are_passed_over(dead, mirror):
    empty, good = mirror(), mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(dead, empty.url, good.url)
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("download", True)
    assert f": no connection; {empty.host}: HTTP 404)" in dataset.description


def test_set_of_several_files_is_downloaded_whole(home, mirror):
    server = mirror()
    files = idx_files(server.folder)
    known = {name: (sha256(content),) for name, content in files.items()}
    edition = Edition(sources.read_idx, known, mirrors=(server.url,))
    data.RECIPES["mnist"] = Recipe("MNIST", "0,1", (edition,))
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("download", True)
    assert {path.name for path in (home / "own/mnist").iterdir()} == set(files)


def drip(listener, stop):
    """Answer the first call with one letter at a time, so that no time limit sees it."""
    with listener.accept()[0] as call:
        while not stop.wait(0.05):
            call.send(b"H")


def test_without_a_living_mirror_the_sample_comes_once_patience_is_over(
    dead, home, mirror, monkeypatch
):
    monkeypatch.setattr(data, "PATIENCE", 0.5)
    stop = threading.Event()
    limit = threading.Timer(20, stop.set)
    limit.start()
    with socket.create_server(("127.0.0.1", 0)) as dripping:
        threading.Thread(target=drip, args=(dripping, stop), daemon=True).start()
        host = f"127.0.0.1:{dripping.getsockname()[1]}"
        unknown = "http://no-such-host.invalid/"
        data.RECIPES["mnist"] = recipe(f"http://{host}/", dead, unknown, mirror().url)
        dataset = data.load("mnist")
        stop.set()
    limit.cancel()
    assert dataset.source == "sample"
    assert f"{host}: no answer in 0.5 s" in dataset.description
    assert f"{dead[7:-1]}: no connection" in dataset.description
    assert "no-such-host.invalid: no " in dataset.description
    assert "HTTP 404" in dataset.description
    assert list(home.glob("own/mnist/*")) == []


def test_broken_download_leaves_nothing_and_the_next_mirror_is_tried(home, mirror):
    broken, good = mirror(mnist__npz=NPZ), mirror(mnist__npz=NPZ)
    broken.cut_after = 1000
    data.RECIPES["mnist"] = recipe(broken.url)
    dataset = data.load("mnist")
    assert dataset.source == "sample"
    assert f"{broken.host}: no connection" in dataset.description
    assert list((home / "own/mnist").iterdir()) == []
    data.RECIPES["mnist"] = recipe(broken.url, good.url)
    assert data.load("mnist").source == "download"


def test_interrupted_download_leaves_nothing(home, mirror):
    server = mirror(mnist__npz=NPZ)
    server.cut_after = 1000
    server.go_on.clear()
    script = f"""
        from convbook import data, sources
        files = {{"mnist.npz": ("{sha256(NPZ)}",)}}
        edition = sources.Edition(sources.read_npz, files, mirrors=("{server.url}",))
        data.RECIPES["mnist"] = sources.Recipe("MNIST", "0,1", (edition,))
        data._ask = lambda urls: [""]
        data.load("mnist")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)],
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    assert server.cut.wait(60)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert b"KeyboardInterrupt" in errors
    assert b"Downloading data" not in errors  # pooch's own message
    assert list((home / "own/mnist").iterdir()) == []


def test_folder_that_cannot_be_written_costs_no_data(home, mirror, monkeypatch):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    (home / "file").touch()
    monkeypatch.setenv("CONVBOOK_DATA", str(home / "file"))
    dataset = data.load("mnist")
    assert (dataset.source, is_full(dataset)) == ("download", True)
    assert f"not kept: cannot write to {home / 'file/mnist'}" in dataset.description


def test_several_notebooks_may_download_at_once(home, mirror):
    data.RECIPES["mnist"] = recipe(mirror(mnist__npz=NPZ).url)
    put(home / "own/mnist", b"corrupt")
    with ThreadPoolExecutor(8) as pool:
        datasets = list(pool.map(lambda _: data.load("mnist"), range(8)))
    assert {dataset.source for dataset in datasets} <= {"download", "local"}
    assert all(map(is_full, datasets))
    assert [path.name for path in (home / "own/mnist").iterdir()] == ["mnist.npz"]


def test_without_pooch_the_sample_is_given_and_pooch_named(home, mirror, monkeypatch):
    server = mirror(mnist__npz=NPZ)
    data.RECIPES["mnist"] = recipe(server.url)
    monkeypatch.setitem(sys.modules, "pooch", None)  # as if it were not installed
    dataset = data.load("mnist")
    assert dataset.source == "sample"
    assert "(downloads need pooch: pip install pooch)" in dataset.description
    assert server.asked == []


def test_full_data_says_where_fashion_mnist_is_to_be_had(capsys, monkeypatch):
    nowhere = Recipe("Fashion-MNIST", "T-shirt/top,Trouser", ())
    monkeypatch.setattr(data, "RECIPES", {"fashion_mnist": nowhere})
    data.main()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Fashion-MNIST: 4,000 training and 1,000 test pictures")
    assert "apt install dataset-fashion-mnist" in lines[1]


# ------------------------------------------------------------ the real sources


def test_every_file_is_known_by_its_sha256_and_every_mirror_is_https():
    for name, known in RECIPES.items():
        assert len(known.class_names.split(",")) == 10
        assert any(edition.mirrors for edition in known.editions), name
        for edition in known.editions:
            for hashes in edition.files.values():
                assert all(len(bytes.fromhex(text)) == 32 for text in hashes)
            for mirror in edition.mirrors:
                assert mirror.startswith("https://") and mirror.endswith("/")


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_names_and_hashes_are_those_of_keras(name):
    package = Path(importlib.util.find_spec("keras").origin).parent
    source = (package / "src" / "datasets" / f"{name}.py").read_text()
    keras = [e for e in RECIPES[name].editions if set(sources.KERAS) & set(e.folders)]
    if name == "fashion_mnist":  # Keras knows no hashes here
        (edition,) = RECIPES[name].editions
        assert f"{sources.KERAS[1]}/fashion-mnist" in edition.folders
        assert 'os.path.join("datasets", "fashion-mnist")' in source
        assert all(file in source for file in edition.files)
    else:
        assert next(iter(keras[0].files)).removesuffix("_archive") in source
        assert keras[0].files[next(iter(keras[0].files))][0] in source


class Python2(pickle._Pickler):
    """Writes as Python 2 and its NumPy did: byte strings, and numbers for booleans."""

    def save_bytes(self, text):
        self.write(pickle.BINSTRING + len(text).to_bytes(4, "little") + text)
        self.memoize(text)

    def save_function(self, value):
        assert value.__name__ == "_reconstruct"
        self.write(pickle.GLOBAL + b"numpy.core.multiarray\n_reconstruct\n")

    def reducer_override(self, value):
        if isinstance(value, np.dtype):
            return np.dtype, (b"u1", 0, 1), (3, b"|", None, None, None, -1, -1, 0)
        return NotImplemented

    dispatch: ClassVar = {
        **pickle._Pickler.dispatch,
        bytes: save_bytes,
        BuiltinFunctionType: save_function,
    }


def test_cifar_is_read_as_python_2_wrote_it():
    pictures = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
    labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    names = [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for i, name in enumerate(names):
            file, two = io.BytesIO(), slice(2 * i, 2 * i + 2)
            rows = pictures[two].transpose(0, 3, 1, 2).reshape(2, 3072)
            fields = {b"data": rows, b"labels": labels[two]}
            Python2(file, protocol=2).dump(fields)
            info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
            info.size = file.tell()
            file.seek(0)
            tar.addfile(info, file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x_train, y_train, x_test, y_test = sources.read_cifar(archive.getvalue())
    assert np.array_equal(x_train, pictures[:10])
    assert np.array_equal(x_test, pictures[10:])
    assert y_train.tolist() == labels[:10] and y_test.tolist() == labels[10:]
    assert x_train.flags.writeable and x_train.flags.c_contiguous


# ------------------------------------------------------------ samples and stand-in


@pytest.fixture(scope="module")
def samples():
    return {name: data.load(name, sample=True) for name in RECIPES}


@pytest.mark.parametrize(
    ("name", "source", "size", "shape"),
    [
        ("mnist", "sample", 4000, (28, 28)),
        ("fashion_mnist", "sample", 4000, (28, 28)),
        ("cifar10", "stand-in", 5000, (32, 32, 3)),
    ],
)
def test_samples_have_the_documented_shapes_and_balanced_classes(
    samples, name, source, size, shape
):
    dataset = samples[name]
    assert dataset.source == source
    assert dataset.x_train.shape == (size, *shape)
    assert dataset.x_test.shape == (1000, *shape)
    assert dataset.x_train.dtype == dataset.x_test.dtype == np.uint8
    assert dataset.y_train.dtype == dataset.y_test.dtype == np.int64
    assert np.bincount(dataset.y_train).tolist() == [size // 10] * 10
    assert np.bincount(dataset.y_test).tolist() == [100] * 10
    assert len(set(dataset.class_names)) == 10
    # Shuffled: the first hundred hold every class.
    assert set(dataset.y_train[:100]) == set(dataset.y_test[:100]) == set(range(10))


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10"])
def test_no_test_picture_is_a_training_picture(samples, name):
    train = {picture.tobytes() for picture in samples[name].x_train}
    assert not train & {picture.tobytes() for picture in samples[name].x_test}


def test_mnist_sample_is_the_one_that_make_samples_cuts():
    """It fetches a package for that, which no test does."""
    with np.load(make_samples.SAMPLES / "mnist.npz") as shipped:
        content = b"".join(
            shipped[key].tobytes() for key in ("x_train", "y_train", "x_test", "y_test")
        )
    assert hashlib.sha256(content).hexdigest() == (
        "1e3d7ba6e712c5bb90cdc51611c2e2ad15eaf69df33ce8d33ca85dd469224468"
    )


@pytest.mark.skipif(not DEBIAN.exists(), reason="needs dataset-fashion-mnist")
def test_fashion_sample_is_cut_from_the_full_set(monkeypatch):
    monkeypatch.setattr(data, "RECIPES", RECIPES)
    made = make_samples.fashion_mnist()
    with np.load(make_samples.SAMPLES / "fashion_mnist.npz") as shipped:
        assert all(np.array_equal(made[key], shipped[key]) for key in made)


def test_samples_and_records_leave_room_in_a_wheel_of_five_megabytes():
    folders = [make_samples.SAMPLES, make_samples.SAMPLES.parent / "results"]
    files = [file for folder in folders for file in folder.iterdir() if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 4e6


def test_stand_in_is_labelled_as_one(samples):
    dataset = samples["cifar10"]
    assert dataset.description == (
        "CIFAR-10: 5,000 training and 1,000 test pictures, "
        "a stand-in drawn by convbook, not CIFAR-10."
    )
    assert dataset.class_names == tuple(stand_in.SHAPES)
    assert not set(dataset.class_names) & set(RECIPES["cifar10"].class_names.split(","))


def test_stand_in_depends_on_its_seed_alone():
    pictures, labels = stand_in.draw(50, seed=3)
    again, labels_again = stand_in.draw(50, seed=3)
    other, _ = stand_in.draw(50, seed=4)
    assert np.array_equal(pictures, again) and np.array_equal(labels, labels_again)
    assert not np.array_equal(pictures, other)


def test_colour_says_nothing_about_the_class_of_a_stand_in():
    (x, y), (x_test, y_test) = stand_in.draw(1000, seed=0), stand_in.draw(500, seed=1)
    colours, colours_test = x.mean((1, 2)), x_test.mean((1, 2))
    distances = np.linalg.norm(colours_test[:, None] - colours, axis=-1)
    guess = y[distances.argmin(axis=1)]  # the class of the most similar mean colour
    assert (guess == y_test).mean() < 0.2


# ------------------------------------------------------------ photographs


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("astronaut", (512, 512, 3)),
        ("camera", (512, 512)),
        ("cat", (300, 451, 3)),
        ("china", (427, 640, 3)),
        ("coins", (303, 384)),
        ("flower", (427, 640, 3)),
    ],
)
def test_photographs_are_there_without_a_network(name, shape, monkeypatch):
    def refuse(*_):
        raise AssertionError("a photograph asks the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    image, grey = data.photograph(name), data.photograph(name, grey=True)
    assert (image.shape, image.dtype) == (shape, np.uint8)
    assert image.flags.writeable
    assert (grey.shape, grey.dtype) == (shape[:2], np.float64)
    luminance = image @ [0.2125, 0.7154, 0.0721] if image.ndim == 3 else image
    np.testing.assert_allclose(grey, luminance / 255, atol=1e-12)


def test_every_photograph_is_listed_when_a_name_is_unknown():
    with pytest.raises(
        ValueError, match="astronaut, camera, cat, china, coins, flower"
    ):
        data.photograph("dog")
