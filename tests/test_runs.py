"""Short and full runs: one line says which it is, and records survive."""

import json
import subprocess
import sys

import numpy as np
import pytest

from convbook import runs

RECORDS = runs.RESULTS
SHORT, FULL = {"pictures": 4000, "epochs": 2}, {"pictures": 60_000, "epochs": 10}


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.delenv("CONVBOOK_SCALE", raising=False)
    monkeypatch.setattr(runs, "RESULTS", tmp_path)


def test_without_a_gpu_the_run_is_short_and_says_how_to_start_the_full_one(capsys):
    run = runs.choose(SHORT, FULL)
    assert (run.scale, run.pictures, run.epochs) == ("short", 4000, 2)
    said = capsys.readouterr().out
    assert said.startswith("Short run on the CPU: pictures 4,000, epochs 2.")
    assert "pictures 60,000, epochs 10" in said
    assert "CONVBOOK_SCALE=full" in said
    assert said.count("\n") == 1


def test_with_a_gpu_the_run_is_full(monkeypatch, capsys):
    monkeypatch.setattr(runs, "has_gpu", lambda: True)
    assert runs.choose(SHORT, FULL).epochs == 10
    assert capsys.readouterr().out == (
        "Full run on the GPU: pictures 60,000, epochs 10.\n"
    )


@pytest.mark.parametrize("scale", ["short", "full", "FULL"])
def test_the_environment_decides_against_the_machine(monkeypatch, scale):
    monkeypatch.setenv("CONVBOOK_SCALE", scale)
    assert runs.choose(SHORT, FULL).scale == scale.lower()


def test_an_unknown_scale_is_named(monkeypatch):
    monkeypatch.setenv("CONVBOOK_SCALE", "huge")
    with pytest.raises(ValueError, match=r"'huge'.*short or full"):
        runs.choose(SHORT, FULL)


def test_a_setting_that_one_scale_lacks_is_named():
    with pytest.raises(ValueError, match="epochs"):
        runs.choose({"pictures": 1}, FULL)


def test_looking_for_a_gpu_imports_no_framework():
    code = (
        "import sys; from convbook import runs; runs.has_gpu();"
        "assert not {'torch', 'tensorflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_record_comes_back_as_it_was_written():
    record = {"what": "größer", "runs": [{"seed": 1, "epochs": [{"loss": 0.5}]}]}
    assert runs.read("trial") is None
    runs.write("trial", record)
    assert runs.read("trial") == record
    assert [path.name for path in runs.RESULTS.iterdir()] == ["trial.json"]


def test_a_record_that_cannot_be_written_leaves_the_former_one():
    runs.write("trial", {"runs": []})
    with pytest.raises(TypeError):
        runs.write("trial", {"runs": object()})
    assert runs.read("trial") == {"runs": []}


def test_the_circumstances_name_machine_and_versions():
    found = runs.circumstances("numpy")
    assert "core" in found["machine"]
    assert found["versions"].keys() == {"python", "numpy"}
    json.dumps(found)


def test_weights_come_back_in_half_precision_under_their_names():
    state = {
        "layer.weight": np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4) / 3,
        "norm.num_batches_tracked": np.array(70_000),
    }
    path = runs.write_weights("network", state)
    found = runs.read_weights("network")
    assert list(found) == list(state)
    weight = found["layer.weight"]
    assert weight.dtype == np.float32
    np.testing.assert_allclose(weight, state["layer.weight"], rtol=1e-3)
    assert found["norm.num_batches_tracked"] == 70_000
    with np.load(path, allow_pickle=False) as file:
        assert file["layer.weight"].dtype == np.float16


def test_a_variance_that_half_precision_cannot_hold_is_kept():
    state = {"norm.running_var": np.array([1.0, 70_000.0], np.float32)}
    runs.write_weights("network", state)
    np.testing.assert_array_equal(
        runs.read_weights("network")["norm.running_var"], state["norm.running_var"]
    )


@pytest.mark.parametrize(
    "path", sorted(RECORDS.glob("*.npz")), ids=lambda path: path.stem
)
def test_the_weights_that_ship_are_finite(path, monkeypatch):
    monkeypatch.setattr(runs, "RESULTS", RECORDS)
    weights = runs.read_weights(path.stem)
    assert all(np.isfinite(array).all() for array in weights.values())


def test_weights_that_nobody_kept_are_none():
    assert runs.read_weights("nothing") is None
