"""Recorded runs of chapter 10's U-Net, on digit scenes and on photo scenes.

    python benchmarks/segmentation.py digits --steps 20000 --seeds 0 1 2
    python benchmarks/segmentation.py photos --steps 20000 --seeds 0 1 2

What runs is what the chapter shows: network, training and measure come out of its cells.
Each seed's run is added to `convbook/results/`, with the IoU of each class on unseen
scenes, seconds, machine and versions; a seed that is recorded already is not run again.
The weights of the first seed are kept beside the record in half precision: the chapter
draws its pictures with them. 20,000 steps take about 20 minutes of processor time on
digits; fewer steps are a reduced run, and the record says how many there were.

The last weights are kept and measured once: no test scene chooses anything.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np

from convbook import runs, scenes

ROOT = Path(__file__).parents[1]
CHAPTER = "10-unet"
CELLS = "unet-torch", "unet-batch", "count-pixels", "answers", "losses-define"
TASKS = {
    "digits": {"width": 16, "levels": 3, "batch": 16, "size": 48, "test_scenes": 1000},
    "photos": {"width": 8, "levels": 4, "batch": 8, "size": 96, "test_scenes": 300},
}
WORDS = {"digits": "digit", "photos": "photo"}
POOL = 4000  # photo scenes are made once; training goes through them again, mirrored
DATA = {
    "digits": "each step with new scenes of 4,000 handwritten digits",
    "photos": f"{POOL:,} scenes of 146 cut-outs, mirrored or not",
}


def chapter() -> SimpleNamespace:
    """Give what the chapter's cells define."""
    notebook = nbformat.read(str(ROOT / "chapters" / f"{CHAPTER}.ipynb"), as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    namespace: dict = {"__name__": CHAPTER, "device": "cpu"}
    for name in ("imports", *CELLS):
        exec(compile(sources[name], f"{CHAPTER}: {name}", "exec"), namespace)
    return SimpleNamespace(**namespace)


def photo_batches(
    taught: SimpleNamespace, seed: int, batch: int, size: int, pool: int = POOL
) -> Callable:
    """Give a function that draws a batch of photo scenes, each mirrored or not."""
    pictures, masks = [], []
    for part in range(0, pool, 500):
        some = scenes.photographs(
            min(500, pool - part), seed=1000 * seed + part, size=size
        )
        pictures.append(np.rint(255 * some.pictures).astype(np.uint8))
        masks.append(some.masks)
    x, y = np.concatenate(pictures), np.concatenate(masks)
    rng = np.random.default_rng(seed)

    def make(step: int) -> tuple:
        chosen = rng.integers(len(x), size=batch)
        mirrored = rng.integers(2, size=batch) == 1
        some, labels = x[chosen] / np.float32(255), y[chosen]
        some[mirrored] = some[mirrored][:, :, ::-1]
        labels[mirrored] = labels[mirrored][:, :, ::-1]
        return taught.tensors(some, labels)

    return make


def run(
    taught: SimpleNamespace, task: str, seed: int, steps: int
) -> tuple[dict, object]:
    """Train one network, and measure it once on scenes of the test split.

    Returns:
        The entry for the record, and the model.

    """
    settings = SimpleNamespace(**TASKS[task])
    shape = settings.width, settings.levels
    taught.torch.manual_seed(seed)
    # Another seed than any of training: the split keeps the digits and things apart.
    chosen = {"seed": 777, "split": "test", "size": settings.size}
    if task == "digits":
        model = taught.UNet(1, 11, *shape)
        make = taught.fresh_digits(seed, settings.batch, size=settings.size)
        test = scenes.digits(settings.test_scenes, **chosen)
    else:
        model = taught.UNet(3, 7, *shape)
        make = photo_batches(taught, seed, settings.batch, settings.size)
        test = scenes.photographs(settings.test_scenes, **chosen)
    model = model.to(memory_format=taught.torch.channels_last)
    wall, processor = time.perf_counter(), time.process_time()
    taught.train(model, make, steps, loss=taught.both_losses)
    spent = {
        "seconds": round(time.perf_counter() - wall, 1),
        "cpu_seconds": round(time.process_time() - processor, 1),
    }
    classes = 1 + len(test.class_names)
    table = taught.pixel_table(
        test.masks, taught.answers(model, test.pictures), classes
    )
    iou = taught.overlap(table)
    entry = {
        "seed": seed,
        "steps": steps,
        "mean_iou": round(float(iou.mean()), 4),
        "iou": dict(
            zip(("background", *test.class_names), iou.round(4).tolist(), strict=True)
        ),
        "pixel_accuracy": round(float(table.trace() / table.sum()), 4),
    }
    return entry | spent, model


def main() -> None:
    """Make the runs that were asked for, and record each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0])
    parser.add_argument("--steps", type=int, default=20_000)
    given = parser.parse_args()
    taught, name = chapter(), f"segmentation-{given.task}"
    record = runs.read(name) or {
        "what": f"Chapter 10's U-Net on {WORDS[given.task]} scenes",
        "data": DATA[given.task],
        **runs.circumstances("numpy", "torch"),
        "settings": TASKS[given.task],
        "runs": [],
    }
    for seed in given.seeds:
        if seed in {one["seed"] for one in record["runs"]}:
            continue
        entry, model = run(taught, given.task, seed, given.steps)
        print(entry, flush=True)
        record["runs"].append(entry)
        if seed == given.seeds[0]:
            runs.write_weights(name, model.state_dict())
        runs.write(name, record)


if __name__ == "__main__":
    main()
