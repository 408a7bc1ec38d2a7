"""Full runs on all of Fashion-MNIST: the lecture's networks, and the recipe of chapter 6.

    python benchmarks/fashion_mnist.py lecture --seeds 42 43 44
    python benchmarks/fashion_mnist.py lecture-2019 --seeds 42
    python benchmarks/fashion_mnist.py mlp
    python benchmarks/fashion_mnist.py recipe --seeds 0 1 2
    python benchmarks/fashion_mnist.py choice --seeds 0 1
    python benchmarks/fashion_mnist.py ablation --seeds 0 1 2
    python benchmarks/fashion_mnist.py filters --seeds 0
    python benchmarks/fashion_mnist.py predict --seeds 0

What runs is what the chapter shows: the networks and the training come out of its cells.
Each seed's run is added to `convbook/results/`, with the accuracy of each epoch, seconds,
data, machine and versions. A run that was interrupted goes on after its last whole epoch;
a seed that is recorded already is not run again. The lecture's network takes about 50
minutes a seed on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import nbformat
import numpy as np
from rich.console import Console

from convbook import data, runs

ROOT = Path(__file__).parents[1]
CHAPTER = "06-fashion-mnist"
UNFINISHED = ROOT / "_build" / "unfinished"
VALIDATION = 5000
FILTERS, EPOCHS = (24, 48, 96), 2
LECTURE = {"optimizer": "nadam", "epochs": 10, "batch_size": 32}
console = Console()


def cells(chapter: str, *names: str, **given: object) -> SimpleNamespace:
    """Run some cells of a chapter, with some names given, and give what they define."""
    notebook = nbformat.read(str(ROOT / "chapters" / f"{chapter}.ipynb"), as_version=4)
    sources = {cell.id: cell.source for cell in notebook.cells}
    namespace: dict = {"__name__": chapter, **given}
    for name in names:
        exec(compile(sources[name], f"{chapter}: {name}", "exec"), namespace)
    return SimpleNamespace(**namespace)


def lecture_split() -> tuple[SimpleNamespace, data.Dataset]:
    """Split and standardise the full set as the lecture does.

    Returns:
        `x_train`, `x_valid`, `x_test`, float32 (n, 28, 28, 1), and their labels; the set.

    """
    full = data.load("fashion_mnist", offline=False)
    if full.source not in ("local", "download"):
        sys.exit("This takes all of Fashion-MNIST. To get it: make full-data")
    x_train, x_valid = full.x_train[:-VALIDATION], full.x_train[-VALIDATION:]
    y_train, y_valid = full.y_train[:-VALIDATION], full.y_train[-VALIDATION:]
    mean = x_train.mean(axis=0, keepdims=True)
    deviation = x_train.std(axis=0, keepdims=True) + 1e-7
    x_train, x_valid, x_test = (
        ((x - mean) / deviation)[..., np.newaxis].astype("float32")
        for x in (x_train, x_valid, full.x_test)
    )
    split = SimpleNamespace(
        x_train=x_train, y_train=y_train, x_valid=x_valid, y_valid=y_valid,
        x_test=x_test, y_test=full.y_test,
    )  # fmt: skip
    return split, full


class Stopwatch:
    """Seconds on the clock and seconds of processor time, of all threads."""

    def __init__(self) -> None:
        self.start = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        """Give both since the start."""
        wall, processor = self.start
        return {
            "seconds": round(time.perf_counter() - wall, 1),
            "cpu_seconds": round(time.process_time() - processor, 1),
        }


class Nadam2019(keras.optimizers.Nadam):
    """Nadam as TensorFlow had it in 2019: its momentum rises over thousands of steps.

    In step t it is β₁ (1 − 0.5 · 0.96^(0.004 t)); Keras 3 has 0.96^t. Source: the
    documentation of `tf.keras.optimizers.Nadam` in TensorFlow 1.15.
    """

    def momentum(self, step: object) -> object:
        """Give the momentum in a step, counted from 1."""
        return self.beta_1 * (1 - 0.5 * keras.ops.power(0.96, 0.004 * step))

    def _backend_update_step(
        self, grads: list, trainable_variables: list, learning_rate: object
    ) -> None:
        step = keras.ops.cast(self.iterations + 1, self._u_product.dtype)
        self.assign(self._u_product, self._u_product * self.momentum(step))
        # Past Nadam's own method, which would multiply its momentum to the product.
        keras.optimizers.Optimizer._backend_update_step(
            self, grads, trainable_variables, learning_rate
        )

    def update_step(
        self, gradient: object, variable: keras.Variable, learning_rate: object
    ) -> None:
        """Move one variable."""
        k = self._get_variable_index(variable)
        m, v = self._momentums[k], self._velocities[k]
        step = keras.ops.cast(self.iterations + 1, variable.dtype)
        now, following = self.momentum(step), self.momentum(step + 1)
        self.assign(m, self.beta_1 * m + (1 - self.beta_1) * gradient)
        self.assign(v, self.beta_2 * v + (1 - self.beta_2) * gradient**2)
        ahead = following * m / (1 - self._u_product * following)
        ahead += (1 - now) * gradient / (1 - self._u_product)
        size = keras.ops.sqrt(v / (1 - self.beta_2**step)) + self.epsilon
        self.assign_sub(variable, learning_rate * ahead / size)


class Diary(keras.callbacks.Callback):
    """Keep a row for each epoch in a file, so that an interrupted run goes on."""

    def __init__(self, path: Path, title: str) -> None:
        super().__init__()
        self.path, self.title = path, title
        self.rows = json.loads(path.read_text()) if path.exists() else []

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        """Start the epoch's watch."""
        self.watch = Stopwatch()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Add the epoch's row, and say it."""
        scores = {name: round(float(value), 4) for name, value in (logs or {}).items()}
        self.rows.append(scores | self.watch.read())
        self.path.write_text(json.dumps(self.rows))
        console.print(f"{self.title}, epoch {epoch + 1}: {self.rows[-1]}")


def fit(
    name: str, model: keras.Model, split: SimpleNamespace, seed: int, settings: dict
) -> dict:
    """Train as the lecture does; go on where an earlier run stopped.

    Returns:
        The run's entry for the record.

    """
    folder = UNFINISHED / f"{name}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    made = {"nadam of 2019": Nadam2019}.get(settings["optimizer"])
    model.compile(
        optimizer=made() if made else settings["optimizer"],
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    diary = Diary(folder / "epochs.json", f"{name}, seed {seed}")
    model.fit(
        split.x_train,
        split.y_train,
        batch_size=settings["batch_size"],
        epochs=settings["epochs"],
        validation_data=(split.x_valid, split.y_valid),
        verbose=0,
        callbacks=[diary, keras.callbacks.BackupAndRestore(folder / "backup")],
    )
    loss, accuracy = model.evaluate(split.x_test, split.y_test, verbose=0)
    shutil.rmtree(folder)
    totals = {
        unit: round(sum(row[unit] for row in diary.rows), 1)
        for unit in ("seconds", "cpu_seconds")
    }
    return {
        "seed": seed,
        "epochs": diary.rows,
        "test_loss": round(loss, 4),
        "test_accuracy": round(accuracy, 4),
    } | totals


def lecture(seeds: list[int]) -> None:
    """Run deck E's CNN: nadam, ten epochs, batches of 32."""
    network = cells(CHAPTER, "imports", "lecture-network").lecture_network
    _keras("fashion-mnist-lecture", "The lecture's CNN", network, LECTURE, seeds)


def lecture_2019(seeds: list[int]) -> None:
    """Run the same with the nadam that the lecture's code meant when it was written."""
    network = cells(CHAPTER, "imports", "lecture-network").lecture_network
    settings = LECTURE | {"optimizer": "nadam of 2019"}
    what = "The lecture's CNN with nadam as it was in 2019"
    _keras("fashion-mnist-lecture-2019", what, network, settings, seeds)


def mlp(seeds: list[int]) -> None:
    """Run deck E's MLP: plain gradient descent, thirty epochs, batches of 32."""
    settings = {"optimizer": "sgd", "epochs": 30, "batch_size": 32}
    network = cells(CHAPTER, "imports", "lecture-mlp").lecture_mlp
    _keras("fashion-mnist-mlp", "The lecture's MLP", network, settings, seeds)


def recipe(seeds: list[int]) -> None:
    """Run the recipe in Keras, as the chapter writes it; PyTorch's is run against time."""
    split, full = lecture_split()
    name, settings = "fashion-mnist-recipe-keras", {"epochs": EPOCHS}
    record = opened(name, "The recipe in Keras", full, settings)
    for seed in missing(record, seeds):
        add(name, record, recipe_in_keras(split, seed))


def recipe_in_keras(split: SimpleNamespace, seed: int) -> dict:
    """Train the recipe in Keras, and look at the test set once."""
    chapter = cells(CHAPTER, "imports", "recipe-keras")
    keras.utils.set_random_seed(seed)
    watch = Stopwatch()
    model = chapter.recipe_network()
    chapter.train_recipe(model, split.x_train, split.y_train, EPOCHS)
    spent = watch.read()
    found = model.predict(split.x_test, batch_size=500, verbose=0).argmax(axis=1)
    return {"seed": seed, "test_accuracy": accuracy(found, split.y_test)} | spent


def recipe_in_torch(
    split: SimpleNamespace,
    seed: int,
    part: str = "test",
    filters: tuple[int, ...] = FILTERS,
    **training: float,
) -> dict:
    """Train the recipe in PyTorch, and look at the test set once, or at `part` "valid".

    Args:
        split: what `lecture_split` gives.
        seed: of the first weights and of the order of the pictures.
        part: the pictures that judge it.
        filters: of the three convolutions.
        training: what the chapter's `train_torch` is to do in another way, as `peak`.

    """
    import torch

    chapter = cells(CHAPTER, "imports", "recipe-torch")
    torch.set_num_threads(runs.cores())  # the chapter's own run takes one
    torch.manual_seed(seed)
    watch = Stopwatch()
    model = chapter.RecipeNet(filters)
    chapter.train_torch(model, split.x_train, split.y_train, EPOCHS, **training)
    spent = watch.read()
    model.eval()
    x, y = getattr(split, f"x_{part}"), getattr(split, f"y_{part}")
    with torch.no_grad():
        pictures = torch.tensor(x).permute(0, 3, 1, 2).split(500)
        found = torch.cat([model(some).argmax(dim=1) for some in pictures]).numpy()
    return {"seed": seed, f"{part}_accuracy": accuracy(found, y)} | spent


def choice(seeds: list[int]) -> None:
    """Train the recipe with other filters and peaks; the validation pictures judge."""
    split, full = lecture_split()
    trials = {}
    for filters in [(16, 32, 64), FILTERS, (32, 64, 128)]:
        for peak in (0.002, 0.004, 0.008):
            name = f"{'-'.join(map(str, filters))}, peak {peak}"
            trials[name] = partial(
                recipe_in_torch, split, part="valid", filters=filters, peak=peak
            )
    what = "The recipe with other filters and peaks"
    _trials("fashion-mnist-choice", what, full, {"epochs": EPOCHS}, seeds, trials)


def ablation(seeds: list[int]) -> None:
    """Run the chapter's ablation, the recipe's steps one after another, in PyTorch."""
    import torch

    split, full = lecture_split()
    names = "imports", "recipe-torch", "ablation-step", "ablation-steps"
    given = {"run": SimpleNamespace(filters=FILTERS), **vars(split)}
    chapter = cells(CHAPTER, *names, **given)
    torch.set_num_threads(runs.cores())  # the chapter's own run takes one

    def step(seed: int, settings: dict) -> dict:
        watch = Stopwatch()
        found = round(float(chapter.step(seed, **settings)), 4)
        return {"seed": seed, "test_accuracy": found} | watch.read()

    trials = {
        name: partial(step, settings=settings)
        for name, settings in chapter.steps.items()
    }
    what = "The recipe's steps"
    _trials("fashion-mnist-ablation", what, full, {"filters": FILTERS}, seeds, trials)


def filters(seeds: list[int]) -> None:
    """Train the recipe with 64 filters of 7×7 in front, as the lecture's; keep the filters."""
    import torch

    split, full = lecture_split()
    name, what = "fashion-mnist-filters", "The recipe with 64 filters of 7×7 in front"
    record = opened(name, what, full, {"filters": [64, 48, 96], "epochs": EPOCHS})
    for seed in missing(record, seeds):
        chapter = cells(CHAPTER, "imports", "recipe-torch")
        torch.manual_seed(seed)
        watch, model = Stopwatch(), chapter.RecipeNet((64, 48, 96))
        model.stages[0] = torch.nn.Conv2d(1, 64, 7, padding=3, bias=False)
        before = _filters(model)
        chapter.train_torch(model, split.x_train, split.y_train, EPOCHS)
        spent = watch.read()
        model.eval()
        with torch.no_grad():
            pictures = torch.tensor(split.x_test).permute(0, 3, 1, 2).split(500)
            found = torch.cat([model(some).argmax(dim=1) for some in pictures]).numpy()
        run = {"seed": seed, "test_accuracy": accuracy(found, split.y_test)} | spent
        add(name, record, run | {"before": before, "after": _filters(model)})


def _filters(model: object) -> list:
    """Give the first layer's filters, (64, 7, 7), as rounded numbers."""
    return model.stages[0].weight.detach().numpy()[:, 0].round(3).tolist()


def predict(seeds: list[int]) -> None:
    """Measure how long the lecture's two networks take for ten pictures: best of 50."""
    split, full = lecture_split()
    chapter = cells(CHAPTER, "imports", "lecture-network", "lecture-mlp")
    name = "fashion-mnist-predict"
    record = opened(name, "Ten pictures at once", full, {"runs": 50})
    networks = {"CNN": chapter.lecture_network, "MLP": chapter.lecture_mlp}
    record["runs"] = []
    for title, network in networks.items():
        model, times = network(), []
        for _ in range(50):
            start = time.perf_counter()
            model(split.x_test[:10])
            times.append(time.perf_counter() - start)
        record["runs"].append({"name": title, "seconds": round(min(times), 5)})
    console.print(record["runs"], runs.write(name, record).relative_to(ROOT))


def _trials(
    name: str,
    what: str,
    full: data.Dataset,
    settings: dict,
    seeds: list[int],
    trials: dict[str, Callable[..., dict]],
) -> None:
    """Make each trial with each seed, where that has not been recorded yet."""
    record = opened(name, what, full, settings)
    known = {(run["name"], run["seed"]) for run in record["runs"]}
    for seed in seeds:
        for title, trial in trials.items():
            if (title, seed) not in known:
                add(name, record, {"name": title} | trial(seed=seed))


def accuracy(found: np.ndarray, labels: np.ndarray) -> float:
    """Give the share of right answers."""
    return round(float(np.mean(found == labels)), 4)


def opened(name: str, what: str, full: data.Dataset, settings: dict) -> dict:
    """Open a record to go on with, or begin one."""
    return runs.read(name) or {
        "what": what,
        "data": full.description,
        **runs.circumstances("keras", "tensorflow", "torch", "numpy"),
        "settings": settings,
        "runs": [],
    }


def missing(record: dict, seeds: list[int]) -> list[int]:
    """List the seeds that have not been recorded yet."""
    known = {run["seed"] for run in record["runs"]}
    return [seed for seed in seeds if seed not in known]


def add(name: str, record: dict, run: dict) -> None:
    """Add a run to the record, write it, and say it."""
    record["runs"].append(run)
    path = runs.write(name, record)
    measured = "test" if "test_accuracy" in run else "valid"
    console.print(
        f"{run.get('name', record['what'])}, seed {run['seed']}: "
        f"{measured} accuracy {run[f'{measured}_accuracy']}, "
        f"{run['seconds']:,.0f} s ({run['cpu_seconds']:,.0f} s of processor time) "
        f"→ {path.relative_to(ROOT)}"
    )


def _keras(
    name: str, what: str, network: object, settings: dict, seeds: list[int]
) -> None:
    split, full = lecture_split()
    record = opened(name, what, full, settings)
    for seed in missing(record, seeds):
        keras.utils.set_random_seed(seed)
        add(name, record, fit(name, network(), split, seed, settings))


def main() -> None:
    """Read the command line, and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = {"lecture": lecture, "lecture-2019": lecture_2019, "mlp": mlp}
    kinds |= {"recipe": recipe, "choice": choice, "ablation": ablation}
    kinds |= {"filters": filters, "predict": predict}
    parser.add_argument("what", choices=kinds)
    parser.add_argument("--seeds", type=int, nargs="+", default=[42, 43, 44])
    options = parser.parse_args()
    try:
        kinds[options.what](options.seeds)
    except KeyboardInterrupt:
        sys.exit("Stopped. What is done is kept; the same command goes on.")


if __name__ == "__main__":
    main()
