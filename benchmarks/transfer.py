"""Transfer learning: the small base of assignment 9, and the photographs of chapter 9.

    python benchmarks/transfer.py base
    python benchmarks/transfer.py photographs --seeds 0 1 2

`base` trains the network of `convbook/fashion_base.py` on all of Fashion-MNIST and writes
`convbook/samples/fashion_base.npz`, in about a minute and a half on one core. `photographs`
needs Tux Paint's stamps and writes the record `transfer-photographs`, in about five
minutes a seed on one core; a seed that is recorded already is not run again. What runs
there is what the chapter shows: its functions come out of the chapter's cells.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from convbook import data, fashion_base, runs

ROOT = Path(__file__).parents[1]
CHAPTER = "09-transfer-learning"
LABELS = (2, 5, 10, 20)
SIDE, EACH = 128, 4


def base(epochs: int = 1, seed: int = 0) -> None:
    """Train the small base on clothes in colour, and write its weights."""
    import keras
    from keras import layers

    full = data.load("fashion_mnist", offline=True)
    if full.source == "sample":
        sys.exit("This takes all of Fashion-MNIST. To get it: make full-data")
    keras.utils.set_random_seed(seed)
    network = fashion_base.build()
    model = keras.Sequential(
        [network, layers.GlobalAveragePooling2D(), layers.Dense(10)]
    )
    steps = epochs * -(-len(full.x_train) // 128)
    rate = keras.optimizers.schedules.CosineDecay(
        4e-4, int(0.7 * steps), warmup_target=4e-3, warmup_steps=int(0.3 * steps)
    )
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )

    def ready(pictures: np.ndarray, seed: int) -> np.ndarray:
        coloured = fashion_base.tint(pictures, seed)
        return coloured[..., ::-1].astype("float32") / 127.5 - 1

    for epoch in range(epochs):
        model.fit(ready(full.x_train, epoch), full.y_train, batch_size=128, verbose=2)
    arrays = {
        f"w{k}": array.astype("float16")
        for k, array in enumerate(network.get_weights())
    }
    kernel, bias = model.layers[-1].get_weights()
    head = np.concatenate([kernel, bias[np.newaxis]]).astype("float16")
    np.savez_compressed(fashion_base.WEIGHTS, **arrays, head=head)

    network.set_weights(fashion_base.load().get_weights())
    model.layers[-1].set_weights(fashion_base.old_head())
    _, right = model.evaluate(ready(full.x_test, 99), full.y_test, verbose=0)
    size = fashion_base.WEIGHTS.stat().st_size
    print(f"{right:.4f} of the test pictures, in half precision; {size / 1e3:.0f} kB")


def photographs(seeds: list[int]) -> None:
    """Measure accuracy over labels a class on cut-out photographs, and record it."""
    import torch

    torch.set_num_threads(runs.cores())
    dataset = data.load("cutouts")
    chapter = cells(*DEFINED)
    for seed in seeds:
        record = runs.read("transfer-photographs") or {"runs": []}
        if seed in {one["seed"] for one in record["runs"]}:
            print(f"seed {seed}: recorded already")
            continue
        found = one_seed(chapter, dataset, seed)
        # Read again: another seed's run may have ended in the meantime.
        earlier = (runs.read("transfer-photographs") or {"runs": []})["runs"]
        record = {
            "what": "EfficientNet-Lite0 and others on cut-outs pasted on photographs",
            "data": dataset.description,
            **runs.circumstances("torch", "numpy", "scikit-image", "pillow"),
            "settings": {"labels": list(LABELS), "side": SIDE, **SETTINGS},
            "runs": sorted([*earlier, found], key=lambda one: one["seed"]),
        }
        runs.write("transfer-photographs", record)


def choose(y: np.ndarray, labels: int, seed: int) -> np.ndarray:
    """Choose training pictures, of as many individuals as there are.

    Args:
        y: classes of all training pictures, in which each individual comes once before
            any comes twice.
        labels: pictures a class.
        seed: draws the individuals' order.

    Returns:
        Indices, `labels` of each class. Where a class has fewer individuals than that,
        some stand on two backgrounds.

    """
    rng = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(y):
        places = np.flatnonzero(y == label)
        individuals = len(places) // EACH
        order = rng.permutation(individuals)
        rounds = [
            places[r * individuals : (r + 1) * individuals][order] for r in range(EACH)
        ]
        chosen.append(np.concatenate(rounds)[:labels])
    return np.concatenate(chosen)


DEFINED = ("define-parts", "define-head", "define-fine-tune", "define-scratch")
SETTINGS = {"epochs": 8, "scratch_epochs": 15, "rate": 3e-5, "small_cnn_epochs": 40}


def cells(*names: str) -> SimpleNamespace:
    """Run some cells of the chapter, behind its imports, and give what they define."""
    import nbformat

    path = ROOT / "chapters" / f"{CHAPTER}.ipynb"
    sources = {c.id: c.source for c in nbformat.read(str(path), as_version=4).cells}
    namespace: dict[str, Any] = {"__name__": CHAPTER}
    namespace["run"] = SimpleNamespace(epochs=SETTINGS["epochs"])
    for name in ("imports", *names):
        exec(compile(sources[name], f"{CHAPTER}: {name}", "exec"), namespace)
    return SimpleNamespace(**namespace)


def ways(
    chapter: SimpleNamespace, x: Any, y: Any, x_test: Any, y_test: Any, seed: int
) -> dict[str, float]:
    """Train five ways on the same pictures; give the test accuracy of each.

    Args:
        chapter: what the chapter's cells define.
        x: the chosen pictures as the base wants them, (n, 3, side, side).
        y: their classes, (n,).
        x_test: the test pictures.
        y_test: their classes.
        seed: of heads, first weights and batches.

    """
    import copy

    import torch
    from torch import nn

    from convbook import efficientnet

    classes, found = int(y_test.max()) + 1, {}

    def measured(name: str, logits: Any) -> None:
        found[name] = round(chapter.accuracy(logits, y_test), 4)

    torch.manual_seed(seed)
    untaught = efficientnet.EfficientNetLite0(classes)
    f, f_test = (
        chapter.features(untaught, chapter.lower(untaught, each))
        for each in (x, x_test)
    )
    scale = f.std()
    head = chapter.train_head(f / scale, y, seed, classes)
    measured("random base", head(f_test / scale))

    half, half_test = (nn.functional.avg_pool2d(each, 2) for each in (x, x_test))
    model = chapter.from_scratch(
        half, y, seed, SETTINGS["small_cnn_epochs"], classes=classes, channels=3
    )
    with torch.no_grad():
        measured(
            "small CNN from scratch", torch.cat([model(p) for p in half_test.split(50)])
        )

    whole = untaught.to(memory_format=torch.channels_last)
    maps, maps_test = (chapter.lower(whole, each, 0) for each in (x, x_test))
    chapter.fine_tune(
        whole, maps, y, seed, 1e-3, 0, norms_learn=True,
        epochs=SETTINGS["scratch_epochs"],
    )  # fmt: skip
    # So few steps leave moving means where they began: take those of the training set.
    for module in [*whole.blocks.modules(), *whole.head.modules()]:
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None  # the plain mean of what is seen from here on
    whole.train()
    with torch.no_grad():
        chapter.upper(whole, maps, 0)
    measured("same network from scratch", chapter.answers_of(whole, maps_test, 0))

    network = efficientnet.pretrained().to(memory_format=torch.channels_last)
    maps, maps_test = (chapter.lower(network, each) for each in (x, x_test))
    tuned = copy.deepcopy(network)
    tuned.classifier = chapter.train_head(
        chapter.features(network, maps), y, seed, classes
    )
    measured("frozen", chapter.answers_of(tuned, maps_test))
    chapter.fine_tune(tuned, maps, y, seed, SETTINGS["rate"])
    measured("fine-tuned", chapter.answers_of(tuned, maps_test))
    return found


def one_seed(chapter: SimpleNamespace, dataset: data.Dataset, seed: int) -> dict:
    """Measure all numbers of labels with one draw of the individuals."""
    import torch

    from convbook import efficientnet

    watch = time.process_time()
    x_test = efficientnet.prepare(dataset.x_test, SIDE)
    y_test = torch.tensor(dataset.y_test)
    rows: dict[str, Any] = {}
    for labels in LABELS:
        chosen = choose(dataset.y_train, labels, seed)
        x = efficientnet.prepare(dataset.x_train[chosen], SIDE)
        y = torch.tensor(dataset.y_train[chosen])
        rows[str(labels)] = ways(chapter, x, y, x_test, y_test, seed)
        spent = time.process_time() - watch
        print(f"seed {seed}, {labels:2} a class, {spent:4.0f} s: {rows[str(labels)]}")
    return {
        "seed": seed,
        "cpu_seconds": round(time.process_time() - watch),
        "rows": rows,
    }


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["base", "photographs"])
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    if arguments.what == "base":
        base()
    else:
        photographs(arguments.seeds)


if __name__ == "__main__":
    main()
