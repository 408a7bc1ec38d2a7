"""convbook.scenes: pictures whose five kinds of label agree with each other."""

import numpy as np
import pytest

from convbook import cutouts, scenes
from tests.test_cutouts import made, needs_stamps  # noqa: F401 (a fixture)


@pytest.fixture(scope="module")
def still():
    return scenes.digits(300, seed=3, objects=(0, 4))


@pytest.fixture(scope="module")
def clip():
    return scenes.moving_digits(60, seed=5, objects=(3, 3), speed=(1, 3))


def box_of(mask):
    rows, columns = np.nonzero(mask)
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def labels_agree(found):
    """Hold every label of every picture against the masks."""
    for i in range(len(found)):
        count = len(found.classes[i])
        assert found.boxes[i].shape == (count, 4)
        assert set(np.unique(found.instances[i])) - {0} == set(range(1, count + 1))
        for k, (box, label) in enumerate(
            zip(found.boxes[i], found.classes[i], strict=True)
        ):
            own = found.instances[i] == k + 1
            assert tuple(box) == box_of(own)
            assert set(found.masks[i][own]) == {label + 1}
        np.testing.assert_array_equal(found.masks[i] == 0, found.instances[i] == 0)


def test_shapes_and_types_are_as_described(still):
    assert still.pictures.shape == (300, 48, 48, 1)
    assert still.pictures.dtype == np.float32
    assert still.masks.shape == still.instances.shape == (300, 48, 48)
    assert still.masks.dtype == still.instances.dtype == np.uint8
    assert {box.dtype for box in still.boxes} == {np.dtype("float32")}
    assert {label.dtype for label in still.classes} == {np.dtype("int64")}
    assert still.class_names == tuple("0123456789")
    assert len(still) == len(still.boxes) == len(still.classes) == 300
    assert 0 <= still.pictures.min() < still.pictures.max() <= 1


def test_all_labels_of_a_picture_agree(still, clip):
    labels_agree(still)
    labels_agree(clip)


def test_every_number_of_objects_and_every_class_occurs(still):
    counts = np.bincount([len(c) for c in still.classes])
    assert len(counts) == 5
    assert counts.min() > 20
    assert set(np.concatenate(still.classes)) == set(range(10))


def test_a_picture_without_objects_has_empty_labels():
    empty = scenes.digits(3, seed=0, objects=(0, 0))
    assert [box.shape for box in empty.boxes] == [(0, 4)] * 3
    assert [label.shape for label in empty.classes] == [(0,)] * 3
    assert not empty.masks.any()
    assert not empty.instances.any()
    assert empty.pictures.std() > 0  # there is clutter and noise


def test_no_picture_is_asked_for_and_none_is_given():
    assert scenes.digits(0, seed=0).pictures.shape == (0, 48, 48, 1)


def test_one_seed_gives_one_set_of_scenes_and_another_another(still):
    again = scenes.digits(300, seed=3, objects=(0, 4))
    np.testing.assert_array_equal(still.pictures, again.pictures)
    np.testing.assert_array_equal(still.instances, again.instances)
    other = scenes.digits(300, seed=4, objects=(0, 4))
    assert np.abs(still.pictures - other.pictures).max(axis=(1, 2, 3)).min() > 0.1


def test_objects_are_brighter_than_what_lies_behind_them(still):
    on = still.pictures[..., 0][still.masks > 0].mean()
    assert on > still.pictures[..., 0][still.masks == 0].mean() + 0.3


def test_training_and_test_scenes_share_no_digit():
    """The handwritten digits behind both splits are other pictures, by every pixel."""
    parts = [
        {digit.tobytes() for digit in scenes._mnist(split)[0]}
        for split in scenes.SPLITS
    ]
    assert [len(part) for part in parts] == [4000, 1000]
    assert not parts[0] & parts[1]


def test_a_clean_scene_shows_the_splits_own_digits():
    """At MNIST's own size, without clutter and noise, each digit is found again."""
    found = scenes.digits(
        20, seed=1, split="test", objects=(1, 1), scale=(1, 1), clutter=0, noise=0
    )
    ink, labels = scenes._mnist("test")
    flat = ink.reshape(len(ink), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)
    for i in range(20):
        best = 0
        x1, y1 = found.boxes[i][0, :2].astype(int)
        padded = np.pad(found.pictures[i, ..., 0], 24, mode="edge")
        for y in range(y1 - 3, y1 + 1):
            for x in range(x1 - 3, x1 + 1):
                window = padded[y + 24 : y + 44, x + 24 : x + 44].ravel()
                window = window - window.mean()
                likeness = flat @ window / np.linalg.norm(window)
                if likeness.max() > best:
                    best, which = likeness.max(), likeness.argmax()
        assert best > 0.98
        assert labels[which] == found.classes[i][0]


def whole_objects(monkeypatch, **settings):
    """Make crowded scenes, and note how much of each object there was before others."""
    stages = []
    labelled = scenes._Stage.labelled

    def noted(stage, *args, **kwargs):
        stages.append(stage)
        return labelled(stage, *args, **kwargs)

    monkeypatch.setattr(scenes._Stage, "labelled", noted)
    found = scenes.digits(200, **settings)
    return found, np.concatenate([np.array(s.whole).T for s in stages])


def test_no_object_is_hidden_by_more_than_a_quarter(monkeypatch):
    found, whole = whole_objects(monkeypatch, seed=7, objects=(6, 6), scale=(1, 1.2))
    hidden = []
    for i in range(len(found)):
        seen = np.bincount(found.instances[i].ravel())[1:]
        there = whole[i][whole[i] > 0]
        assert len(there) == len(seen)
        hidden.extend(1 - seen / there)
    assert max(hidden) <= scenes.HIDDEN
    assert np.mean(np.array(hidden) > 0) > 0.1  # so overlaps do occur
    assert min(map(len, found.classes)) >= 1
    assert np.mean([len(c) for c in found.classes]) < 6  # no room: some are left out


def test_one_object_after_another_comes_to_lie_on_top():
    """Where two overlap, the pixels are the later one's, and its box is all of it."""
    stage = scenes._Stage(np.zeros((1, 20, 20, 1), np.float32), 8)
    one = np.array([0])
    for k, (corner, brightness) in enumerate([((2, 2), 0.5), ((4, 6), 1.0)]):
        alpha = np.zeros((1, 8, 8), np.float32)
        alpha[0, :5, :6] = 1
        colour = np.full((1, 8, 8, 1), brightness, np.float32)
        stage.put(one, np.array([corner]), colour, alpha, np.array([k + 3]))
    found, _ = stage.labelled(0, np.random.default_rng(0), share=0)
    assert found.boxes[0].tolist() == [[2, 2, 8, 7], [6, 4, 12, 9]]
    assert found.classes[0].tolist() == [3, 4]
    assert (found.instances[0] == 1).sum() == 30 - 6
    assert (found.masks[0] == 5).sum() == 30
    assert found.pictures[0, 5, 7, 0] == 1.0
    assert found.pictures[0, 3, 3, 0] == 0.5


def test_a_hidden_object_of_a_clip_leaves_the_frame_and_keeps_its_track():
    stage = scenes._Stage(np.zeros((3, 20, 20, 1), np.float32), 8)
    alpha = np.zeros((3, 8, 8), np.float32)
    alpha[:, :6, :6] = 1
    colour = np.ones((3, 8, 8, 1), np.float32)
    frames = np.arange(3)
    stage.put(frames, np.full((3, 2), 5), colour, alpha, np.array([1]))
    moving = np.array([[5, 0], [5, 4], [5, 11]])  # a sixth of the first is left once
    stage.put(frames, moving, colour, alpha, np.array([2]))
    found, tracks = stage.labelled(0, np.random.default_rng(0), share=scenes.SEEN)
    assert [list(t) for t in tracks] == [[0, 1], [1], [0, 1]]
    assert [list(c) for c in found.classes] == [[1, 2], [2], [1, 2]]
    labels_agree(found)


def test_tracks_follow_objects_that_move_steadily(clip):
    assert isinstance(clip, scenes.Scenes)
    classes = {}
    moved = []
    for i in range(len(clip)):
        assert len(clip.tracks[i]) == len(clip.classes[i])
        assert len(set(clip.tracks[i])) == len(clip.tracks[i])
        for track, label in zip(clip.tracks[i], clip.classes[i], strict=True):
            assert classes.setdefault(track, label) == label
        if i:
            before = dict(zip(clip.tracks[i - 1], clip.boxes[i - 1], strict=True))
            moved += [
                np.abs(box[:2] - before[t][:2]).max()
                for t, box in zip(clip.tracks[i], clip.boxes[i], strict=True)
                if t in before
            ]
    assert set(classes) == {0, 1, 2}
    assert 1 <= np.median(moved) <= 3
    assert len({f.tobytes() for f in clip.pictures}) == len(clip)


def test_the_background_of_a_clip_stays_and_the_noise_does_not():
    quiet = scenes.moving_digits(4, seed=2, objects=(1, 1), noise=0)
    empty = ~quiet.masks.any(axis=0)
    far = np.abs(quiet.pictures[0] - quiet.pictures[3])[empty]
    assert np.median(far) == 0
    noisy = scenes.moving_digits(4, seed=2, objects=(1, 1))
    assert np.median(np.abs(noisy.pictures[0] - noisy.pictures[3])[empty]) > 0.02


def test_digits_stay_inside_a_picture_of_any_size():
    for size in (24, 33, 96):
        found = scenes.digits(20, seed=1, size=size)
        assert found.pictures.shape == (20, size, size, 1)
        labels_agree(found)
    with pytest.raises(ValueError, match="does not fit into 20"):
        scenes.digits(1, seed=0, size=20)


def test_splits_and_numbers_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="no split 'valid'"):
        scenes.digits(1, seed=0, split="valid")
    with pytest.raises(ValueError, match="fewest"):
        scenes.moving_digits(1, seed=0, objects=(3, 2))


def test_photographs_have_the_same_labels_in_colour(made):  # noqa: F811
    found = scenes.photographs(30, seed=1, size=64, objects=(0, 3))
    assert found.pictures.shape == (30, 64, 64, 3)
    assert found.pictures.dtype == np.float32
    assert 0 <= found.pictures.min() < found.pictures.max() <= 1
    assert found.class_names == cutouts.CLASSES
    assert found.masks.max() <= 6
    assert {len(c) for c in found.classes} == {0, 1, 2, 3}
    labels_agree(found)
    again = scenes.photographs(30, seed=1, size=64, objects=(0, 3))
    np.testing.assert_array_equal(found.pictures, again.pictures)


def test_the_things_of_a_photograph_have_their_own_colours(made):  # noqa: F811
    """Each made stamp has one colour, so a thing shows that of one of its class."""
    for split in scenes.SPLITS:
        colours = {
            (one.label, tuple(cutouts.read(one)[0, 0, :3]))
            for one in cutouts.individuals(split)
        }
        found = scenes.photographs(20, seed=2, split=split, size=64, objects=(1, 1))
        for i in range(20):
            (label,) = found.classes[i]
            inside = np.rint(255 * found.pictures[i][found.instances[i] == 1])
            values, counts = np.unique(inside, axis=0, return_counts=True)
            assert (label, tuple(values[counts.argmax()])) in colours


def test_without_the_stamps_photographs_say_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setenv("CONVBOOK_CUTOUTS", str(tmp_path / "nowhere"))
    with pytest.raises(FileNotFoundError, match="apt install tuxpaint-stamps-default"):
        scenes.photographs(1, seed=0)


@needs_stamps
def test_real_cutouts_cover_enough_to_be_found():
    found = scenes.photographs(40, seed=0)
    labels_agree(found)
    sides = np.concatenate(found.boxes)
    sides = (sides[:, 2:] - sides[:, :2]).max(axis=1)
    assert 20 < np.median(sides) < 60
    assert 0.05 < (found.masks > 0).mean() < 0.5
