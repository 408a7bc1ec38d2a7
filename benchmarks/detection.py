"""Full runs of chapter 11's small YOLO, and the speed of the course's own average precision.

    python benchmarks/detection.py digits --seeds 0 1 2
    python benchmarks/detection.py photographs --seeds 0 1 2
    python benchmarks/detection.py speed

What trains is what the chapter shows: network, loss and training come out of its cells.
Each seed's run is added to `convbook/results/`; a seed that is recorded already is not run
again. `photographs` also keeps the weights of its first seed, in half precision, for the
chapter's pictures. It needs Debian's package tuxpaint-stamps-default.
"""

from __future__ import annotations

import argparse
import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import torch

from convbook import detection, runs, scenes

ROOT = Path(__file__).parents[1]
CHAPTER = "11-yolo"
CELLS = (
    "imports",
    "small-network",
    "targets-define",
    "loss-define",
    "overfit-run",
    "detect-define",
    "train-define",
)
DEFINITIONS = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
DIGITS = {"width": 24, "epochs": 20, "scenes": 4000, "test_scenes": 2000}
PHOTOGRAPHS = {"width": 8, "epochs": 24, "scenes": 1500, "test_scenes": 400}


def cells() -> SimpleNamespace:
    """Run the chapter's cells that define network, loss and training."""
    notebook = nbformat.read(str(ROOT / "chapters" / f"{CHAPTER}.ipynb"), as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    namespace: dict = {"__name__": CHAPTER, "device": "cpu"}
    for name in CELLS:
        tree = ast.parse(sources[name])  # what a cell shows is not wanted here
        tree.body = [node for node in tree.body if isinstance(node, DEFINITIONS)]
        exec(compile(tree, f"{CHAPTER}: {name}", "exec"), namespace)
    return SimpleNamespace(**namespace)


def one_run(
    seed: int,
    settings: dict,
    make: Callable[[int], scenes.Scenes],
    test: scenes.Scenes,
    keep: str | None = None,
) -> dict:
    """Train with one seed and judge on the test scenes, once, at the end."""
    chapter = cells()
    start = time.process_time()
    torch.manual_seed(seed)
    classes = len(test.class_names)
    channels = test.pictures.shape[-1]
    model = chapter.SmallYOLO(settings["width"], channels, classes)
    losses = chapter.train(model, make, seed, settings["epochs"])
    spent = time.process_time() - start
    found = chapter.detect(model, test.pictures)
    truth = list(zip(test.boxes, test.classes, strict=True))
    half, strict = (
        detection.evaluate(found, truth, classes, threshold)
        for threshold in (0.5, 0.75)
    )
    if keep is not None:
        runs.write_weights(keep, model.state_dict())
    return {
        "seed": seed,
        "map": round(half.mean_ap, 4),
        "map_75": round(strict.mean_ap, 4),
        "ap": [round(float(ap), 4) for ap in half.ap],
        "epochs": [{"loss": round(float(row.sum()), 4)} for row in losses],
        "cpu_seconds": round(spent, 1),
    }


def digits(seeds: list[int]) -> None:
    """Train on digit scenes, fresh ones in each epoch."""
    test = scenes.digits(DIGITS["test_scenes"], seed=1, split="test")

    def make(seed: int) -> scenes.Scenes:
        return scenes.digits(DIGITS["scenes"], seed=seed)

    record_runs(
        "detection-digits", "The small YOLO on digit scenes", DIGITS, seeds, make, test
    )


def photographs(seeds: list[int]) -> None:
    """Train on photo scenes, fresh ones in each epoch."""
    test = scenes.photographs(PHOTOGRAPHS["test_scenes"], seed=1, split="test")

    def make(seed: int) -> scenes.Scenes:
        return scenes.photographs(PHOTOGRAPHS["scenes"], seed=seed)

    what = "The small YOLO on photo scenes"
    record_runs(
        "detection-photographs", what, PHOTOGRAPHS, seeds, make, test, weights=True
    )


def record_runs(
    name: str,
    what: str,
    settings: dict,
    seeds: list[int],
    make: Callable[[int], scenes.Scenes],
    test: scenes.Scenes,
    weights: bool = False,
) -> None:
    """Add a run for each seed that has none yet."""
    for seed in seeds:
        record = runs.read(name) or {
            "what": what,
            "data": f"{settings['epochs']} × {settings['scenes']:,} scenes of "
            f"{test.pictures.shape[1]}×{test.pictures.shape[2]} pixels to train with, "
            f"{settings['test_scenes']:,} of other individuals to test",
            **runs.circumstances("numpy", "torch"),
            "settings": settings,
            "class_names": list(test.class_names),
            "runs": [],
        }
        if seed in [run["seed"] for run in record["runs"]]:
            continue
        keep = name if weights and not record["runs"] else None
        run = one_run(seed, settings, make, test, keep)
        record["runs"] = sorted([*record["runs"], run], key=lambda run: run["seed"])
        runs.write(name, record)
        print(f"{what}, seed {seed}: mAP@0.5 {run['map']:.3f}, {run['cpu_seconds']} s")


def speed(pictures: int = 1000, boxes: int = 20, classes: int = 10) -> None:
    """Time the course's average precision against pycocotools', on the same boxes."""
    sys.path.insert(0, str(ROOT))
    from tests.test_detection import by_pycocotools

    rng = np.random.default_rng(0)
    found, truth = [], []
    for _ in range(pictures):
        corner = rng.uniform(0, 80, (boxes, 2))
        box = np.concatenate([corner, corner + rng.uniform(5, 20, (boxes, 2))], axis=1)
        label = rng.integers(0, classes, boxes)
        objects = rng.choice(boxes, 5, replace=False)
        truth.append((box[objects], label[objects]))
        found.append((box + rng.normal(0, 1, box.shape), rng.random(boxes), label))
    start = time.process_time()
    ours = detection.evaluate(found, truth, classes, limit=100)
    middle = time.process_time()
    theirs = by_pycocotools(found, truth, 0.5, 100, classes)
    end = time.process_time()
    np.testing.assert_allclose(ours.ap, theirs, atol=1e-6)
    print(
        f"mAP@0.5 of {pictures:,} pictures with {boxes} boxes each, {classes} classes: "
        f"ours takes {(middle - start) / (end - middle):.3f} of pycocotools' time "
        "(its loading of the boxes included)"
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["digits", "photographs", "speed"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    if arguments.what == "speed":
        speed()
    else:
        {"digits": digits, "photographs": photographs}[arguments.what](arguments.seeds)


if __name__ == "__main__":
    main()
