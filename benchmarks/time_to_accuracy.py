"""How long the lecture's ten epochs take, and how long the recipe needs for its accuracy.

    python benchmarks/time_to_accuracy.py [--seeds 5] [--lecture-seed 42]

Both train on the same 55,000 pictures of Fashion-MNIST, in this one run, on this machine,
on all of its cores. The lecture's network trains ten epochs in Keras, with its validation
after each; the recipe of chapter 6 trains in PyTorch, once a seed. After its training each
network sees the 10,000 test pictures once. Printed are the seconds, the test accuracies and
the ratio; the record goes to `convbook/results/fashion-mnist-time-to-accuracy.json`. The
lecture's run is a full one, so `fashion-mnist-lecture.json` gets it, too, if it lacks it.

Let nothing else run meanwhile: about an hour on two cores. Seconds on the clock depend on
what else the machine does; seconds of processor time hardly do. Both are printed.
"""

from __future__ import annotations

import argparse
import sys

import keras
from fashion_mnist import (
    CHAPTER,
    EPOCHS,
    LECTURE,
    add,
    cells,
    console,
    fit,
    lecture_split,
    missing,
    opened,
    recipe_in_torch,
)

from convbook import runs

WANTED = 0.9038
NAME = "fashion-mnist-time-to-accuracy"


def measure(seeds: int, lecture_seed: int) -> None:
    """Train both, print and record."""
    split, full = lecture_split()
    keras.utils.set_random_seed(lecture_seed)
    network = cells(CHAPTER, "imports", "lecture-network").lecture_network
    lecture = fit(NAME, network(), split, lecture_seed, LECTURE)
    record = opened("fashion-mnist-lecture", "The lecture's CNN", full, LECTURE)
    if missing(record, [lecture_seed]):
        add("fashion-mnist-lecture", record, lecture)
    recipes = []
    for seed in range(seeds):
        recipes.append(recipe_in_torch(split, seed))
        console.print(f"recipe: {recipes[-1]}")

    ratios = {}
    for unit in ("seconds", "cpu_seconds"):
        ratios[unit] = [round(lecture[unit] / run[unit], 1) for run in recipes]
        console.print(f"lecture / recipe in {unit}: {sorted(ratios[unit])}")
    missed = [run["seed"] for run in recipes if run["test_accuracy"] < WANTED]
    console.print(f"seeds below {WANTED}: {missed or 'none'}")
    runs.write(
        NAME,
        {
            "what": f"The lecture's ten epochs against the recipe's time to {WANTED}",
            "data": full.description,
            **runs.circumstances("keras", "tensorflow", "torch", "numpy"),
            "settings": {"wanted": WANTED, "recipe_epochs": EPOCHS},
            "lecture_seed": lecture_seed,
            "lecture": lecture["epochs"],
            "runs": recipes,
            "ratios": ratios,
        },
    )


def main() -> None:
    """Read the command line, and run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--lecture-seed", type=int, default=42)
    options = parser.parse_args()
    try:
        measure(options.seeds, options.lecture_seed)
    except KeyboardInterrupt:
        sys.exit(
            "Stopped. The lecture's whole epochs are kept; the same command goes on."
        )


if __name__ == "__main__":
    main()
