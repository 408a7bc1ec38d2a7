"""convbook.cutouts with Tux Paint's stamps, with a folder of made ones, and with none."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from convbook import cutouts, data

INSTALLED = any((Path(folder) / "animals").is_dir() for folder in cutouts.FOLDERS)
needs_stamps = pytest.mark.skipif(not INSTALLED, reason="needs tuxpaint-stamps-default")


@pytest.fixture(autouse=True)
def unset(monkeypatch):
    monkeypatch.delenv("CONVBOOK_CUTOUTS", raising=False)


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A folder with a small drawn file under each name that the course uses."""
    root = tmp_path / "share" / "stamps"
    rng = np.random.default_rng(0)
    for lists in (cutouts.TRAINING, cutouts.TEST):
        for text in lists.values():
            inside, files = text.split(":")
            for file in files.split():
                path = (root / inside / f"{file}.png").resolve()
                path.parent.mkdir(parents=True, exist_ok=True)
                stamp = np.zeros((9, 12, 4), np.uint8)
                stamp[2:7, 1:9] = [*rng.integers(256, size=3), 255]
                Image.fromarray(stamp).save(path)
    monkeypatch.setenv("CONVBOOK_CUTOUTS", str(root))
    return root


def test_without_the_stamps_the_error_says_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVBOOK_CUTOUTS", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError) as caught:
        data.load("cutouts")
    message = str(caught.value)
    assert "sudo apt install tuxpaint-stamps-default" in message
    assert "nowhere" in message and "CONVBOOK_CUTOUTS" in message


def test_without_the_package_both_usual_folders_are_named(tmp_path, monkeypatch):
    places = [str(tmp_path / "a"), str(tmp_path / "b")]
    monkeypatch.setattr(cutouts, "FOLDERS", places)
    with pytest.raises(FileNotFoundError, match=" or ".join(places)):
        cutouts.individuals()


def test_no_sample_takes_the_place_of_the_cutouts(made):
    with pytest.raises(ValueError, match="No sample"):
        data.load("cutouts", sample=True)


def test_load_gives_a_set_and_says_in_one_line_which(made, capsys):
    dataset = data.load("cutouts")
    assert capsys.readouterr().out == dataset.description + "\n"
    assert "584 training and 144 test pictures, of 146 and 36" in dataset.description
    assert str(made) in dataset.description
    assert dataset.source == "local"
    assert dataset.class_names == cutouts.CLASSES and len(cutouts.CLASSES) == 6
    for x, y in dataset:
        assert (x.dtype, x.shape) == (np.uint8, (len(y), 128, 128, 3))
        assert y.dtype == np.int64 and set(y) == set(range(6))
    assert np.bincount(dataset.y_test).tolist() == [24] * 6


def test_no_individual_is_in_both_splits(made):
    train, test = cutouts.individuals("train"), cutouts.individuals("test")
    assert not {one.path for one in train} & {one.path for one in test}
    assert len({one.path for one in train + test}) == len(train + test) == 182
    assert cutouts.individuals() == sorted(
        train + test, key=lambda one: (one.label, one.split, one.name)
    )
    birds = cutouts.individuals("test", "bird")
    assert [one.class_name for one in birds] == ["bird"] * 6
    # Pictures of the same animal, or of one picture in two colours, stay together.
    side = {one.name: one.split for one in train + test}
    for pair in (
        "pig_golden pig_golden2",
        "apple_red apple_green",
        "gnu-baby gnu-stand",
    ):
        first, second = pair.split()
        assert side[first] == side[second]


def test_a_missing_or_corrupt_stamp_is_named(made):
    path = made / "animals/birds/owl.png"
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(OSError, match=r"owl\.png is corrupt"):
        data.load("cutouts")
    path.unlink()
    with pytest.raises(FileNotFoundError, match=r"missing: .*owl\.png\."):
        data.load("cutouts")


@pytest.mark.parametrize("wrong", [{"split": "validation"}, {"class_name": "fish"}])
def test_unknown_split_or_class_is_an_error(made, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong.values()))):
        cutouts.individuals(**wrong)


def test_reading_cuts_the_empty_rim_off(made):
    stamp = cutouts.read(cutouts.individuals("test", "bird")[0])
    assert stamp.shape == (5, 8, 4) and (stamp[..., 3] == 255).all()


def test_paste_puts_it_where_it_is_told_and_gives_the_mask():
    picture = np.full((20, 30, 3), 100, np.uint8)
    stamp = np.zeros((4, 8, 4), np.uint8)
    stamp[:, :4] = 200, 0, 0, 255
    stamp[:, 4:] = 0, 0, 200, 255
    result, mask = cutouts.paste(picture, stamp, 3, 5, 8)
    expected = np.zeros((20, 30), bool)
    expected[3:7, 5:13] = True
    np.testing.assert_array_equal(mask, expected)
    assert result[4, 6].tolist() == [200, 0, 0]
    assert result[4, 11].tolist() == [0, 0, 200]
    assert (result[~mask] == 100).all() and (picture == 100).all()
    flipped, _ = cutouts.paste(picture, stamp, 3, 5, 8, flip=True)
    assert flipped[4, 6].tolist() == [0, 0, 200]
    half = stamp // 2 + stamp % 2  # half seen through
    half[..., 3] = 128
    blended, _ = cutouts.paste(picture, half, 3, 5, 8)
    assert abs(int(blended[4, 6, 1]) - 50) <= 1


@pytest.mark.parametrize(
    ("top", "left", "seen"),
    [(-2, 0, 16), (18, 28, 4), (0, -5, 12), (-4, 3, 0), (20, 0, 0), (-9, -9, 0)],
)
def test_paste_cuts_off_what_lies_outside(top, left, seen):
    picture = np.zeros((20, 30, 3), np.uint8)
    stamp = np.full((4, 8, 4), 255, np.uint8)
    result, mask = cutouts.paste(picture, stamp, top, left, 8)
    assert mask.sum() == seen == (result[..., 0] == 255).sum()


def test_paste_refuses_a_side_of_nothing():
    with pytest.raises(ValueError, match="at least 1"):
        cutouts.paste(
            np.zeros((5, 5, 3), np.uint8), np.ones((2, 2, 4), np.uint8), 0, 0, 0
        )


def test_place_keeps_it_whole_and_follows_the_seed():
    picture = np.zeros((40, 60, 3), np.uint8)
    stamp = np.full((10, 20, 4), 255, np.uint8)
    masks = [
        cutouts.place(picture, stamp, np.random.default_rng(seed), share=(0.5, 0.5))[1]
        for seed in [*range(30), 0]
    ]
    assert all(mask.sum() == 20 * 10 for mask in masks)
    np.testing.assert_array_equal(masks[0], masks[-1])
    assert len({mask.tobytes() for mask in masks}) > 20


def test_pictures_follow_the_seed_and_show_each_individual_in_turn(made):
    x, y, who = cutouts.pictures("test", each=2, size=32)
    again, _, _ = cutouts.pictures("test", each=2, size=32)
    other, _, same = cutouts.pictures("test", each=2, size=32, seed=1)
    np.testing.assert_array_equal(x, again)
    assert (x != other).any(axis=(1, 2, 3)).all() and who == same
    assert who == 2 * cutouts.individuals("test")
    assert y.tolist() == [one.label for one in who]
    train, _, _ = cutouts.pictures("train", each=1, size=32)
    assert not (train[0] == x[0]).all(), "training and test share their backgrounds"


@needs_stamps
def test_every_listed_stamp_is_in_the_package_and_shows_something():
    for one in cutouts.individuals():
        stamp = cutouts.read(one)
        assert stamp.dtype == np.uint8 and stamp.shape[2] == 4
        assert min(stamp.shape[:2]) >= 20, f"{one.name} is too small"
        assert (stamp[..., 3] > 127).mean() > 0.1, f"{one.name} is nearly empty"


@needs_stamps
def test_no_drawing_and_no_mirrored_stamp_is_listed():
    for one in cutouts.individuals():
        assert "cartoon" not in one.path.parts and "mirror" not in one.name


def test_importing_cutouts_loads_no_framework():
    code = (
        "import sys, convbook.cutouts; "
        "print(*{'torch', 'tensorflow', 'keras', 'PIL'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr
