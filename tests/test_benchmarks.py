"""What the benchmarks compute themselves."""

import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import torch

from tools.notebooks import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import fashion_mnist
import segmentation
import transfer


def test_nadam_of_2019_takes_the_steps_that_pytorch_takes_with_its_momentum():
    gradients = np.random.default_rng(0).normal(size=(500, 4)).astype("float32")
    ours = keras.Variable(np.zeros(4, "float32"))
    optimizer = fashion_mnist.Nadam2019(0.001)
    theirs = torch.zeros(4, requires_grad=True)
    reference = torch.optim.NAdam([theirs], lr=0.001, eps=1e-7, momentum_decay=0.004)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [ours])
        theirs.grad = torch.tensor(gradient)
        reference.step()
    got = keras.ops.convert_to_numpy(ours)
    np.testing.assert_allclose(got, theirs.detach().numpy(), rtol=1e-4, atol=1e-6)


def test_a_choice_is_judged_by_validation_pictures_and_needs_no_others():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 28, 28, 1)).astype("float32"), np.arange(20) % 10
    split = SimpleNamespace(x_train=x, y_train=y, x_valid=x[:5], y_valid=y[:5])
    found = fashion_mnist.recipe_in_torch(
        split, 3, part="valid", filters=(2, 3, 4), peak=0.01
    )
    assert found["seed"] == 3
    assert found["valid_accuracy"] in {0, 0.2, 0.4, 0.6, 0.8, 1}
    assert "test_accuracy" not in found
    with pytest.raises(AttributeError, match="x_test"):
        fashion_mnist.recipe_in_torch(split, 3, filters=(2, 3, 4))


def test_trials_that_are_recorded_are_not_made_again(tmp_path, monkeypatch):
    monkeypatch.setattr(fashion_mnist.runs, "RESULTS", tmp_path)
    monkeypatch.setattr(fashion_mnist, "ROOT", tmp_path)
    made = []

    def trial(seed):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(seed)
        spent = {"seconds": 1.0, "cpu_seconds": 1.0}
        return {"seed": seed, "valid_accuracy": seed / 10} | spent

    full = SimpleNamespace(description="a few pictures")
    arguments = "trials", "Trials", full, {}, [0, 1], {"small": trial, "large": trial}
    with pytest.raises(KeyboardInterrupt):
        fashion_mnist._trials(*arguments)
    assert len(fashion_mnist.runs.read("trials")["runs"]) == 3
    made.clear()
    fashion_mnist._trials(*arguments)
    assert made == [1]
    rows = fashion_mnist.runs.read("trials")["runs"]
    assert [(row["name"], row["seed"]) for row in rows] == [
        ("small", 0), ("large", 0), ("small", 1), ("large", 1),
    ]  # fmt: skip


def test_a_run_of_the_unet_is_told_class_by_class(monkeypatch):
    small = segmentation.TASKS["digits"] | {"width": 2, "size": 32, "test_scenes": 40}
    monkeypatch.setitem(segmentation.TASKS, "digits", small)
    taught = segmentation.chapter()
    entry, model = segmentation.run(taught, "digits", seed=3, steps=4)
    assert entry["steps"] == 4
    assert list(entry["iou"]) == ["background", *"0123456789"]
    values = np.array(list(entry["iou"].values()))
    assert entry["mean_iou"] == pytest.approx(values.mean(), abs=1e-3)
    again = {k: torch.tensor(np.asarray(v)) for k, v in model.state_dict().items()}
    taught.UNet(1, 11, 2).load_state_dict(again)


def test_photo_batches_mirror_pictures_with_their_masks(monkeypatch):
    pictures = np.zeros((8, 16, 16, 3), np.float32)
    pictures[:, :, :4, 0] = 1  # a red bar at the left, class 2
    masks = (pictures[..., 0] > 0).astype(np.uint8) * 3
    scene = SimpleNamespace(pictures=pictures, masks=masks)
    monkeypatch.setattr(segmentation.scenes, "photographs", lambda *a, **k: scene)
    make = segmentation.photo_batches(
        segmentation.chapter(), 0, batch=32, size=16, pool=8
    )
    x, y = make(0)
    np.testing.assert_array_equal(y.numpy() == 3, x[:, 0].numpy() == 1)
    left = y[:, 0, 0].numpy() == 3
    assert 4 < left.sum() < 28
    assert (left ^ (y[:, 0, -1].numpy() == 3)).all()


def test_each_individual_is_chosen_once_before_any_is_chosen_twice():
    # Class 0 has five individuals, class 1 has three; each stands on four pictures.
    y = np.array(4 * ([0] * 5 + [1] * 3))
    individual = np.tile(np.arange(8), 4)
    for seed in range(5):
        chosen = transfer.choose(y, 4, seed)
        assert np.bincount(y[chosen]).tolist() == [4, 4]
        assert len(set(individual[chosen][y[chosen] == 0])) == 4
        assert len(set(individual[chosen][y[chosen] == 1])) == 3
        assert len(set(chosen)) == 8


def test_the_five_ways_learn_six_pictures_by_heart(monkeypatch):
    monkeypatch.setattr(
        transfer,
        "SETTINGS",
        {"epochs": 1, "scratch_epochs": 1, "rate": 1e-5, "small_cnn_epochs": 2},
    )
    chapter = transfer.cells(*transfer.DEFINED)
    x = torch.randn((6, 3, 64, 64), generator=torch.Generator().manual_seed(0))
    found = transfer.ways(chapter, x, torch.arange(6), x, torch.arange(6), 0)
    assert found["frozen"] == found["random base"] == 1
    assert set(found) == {
        "random base", "small CNN from scratch", "same network from scratch",
        "frozen", "fine-tuned",
    }  # fmt: skip
