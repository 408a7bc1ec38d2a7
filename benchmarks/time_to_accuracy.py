"""How long the lecture's ten epochs take, and how long the recipe needs for its accuracy.

    python benchmarks/time_to_accuracy.py [--seeds 5] [--lecture-epochs 10]

Both train on the same 55,000 pictures of Fashion-MNIST, in this one run, on this machine.
The lecture's network trains ten epochs in Keras, with its validation after each; the
recipe of chapter 6 trains in PyTorch, once a seed. After its training each recipe sees
the 10,000 test pictures once. Printed are the seconds, the test accuracies and the ratio;
the record goes to `convbook/results/fashion-mnist-time-to-accuracy.json`.

With fewer lecture epochs than ten, their mean is taken ten times, and the record says so:
an epoch takes as long as any other. Seconds on the clock depend on what else the machine
does; seconds of processor time hardly do. Both are printed.
"""

from __future__ import annotations

import argparse

import keras
from fashion_mnist import (
    CHAPTER,
    Stopwatch,
    accuracy,
    cells,
    console,
    lecture_split,
    recipe_in_torch,
)

from convbook import runs

WANTED = 0.9038
EPOCHS = 10
NAME = "fashion-mnist-time-to-accuracy"


def lecture_epochs(split: object, count: int) -> list[dict[str, float]]:
    """Train the lecture's network for some epochs; give the time of each."""
    chapter = cells(CHAPTER, "imports", "lecture-network")
    keras.utils.set_random_seed(42)
    model = chapter.lecture_network()
    loss = "sparse_categorical_crossentropy"
    model.compile(optimizer="nadam", loss=loss, metrics=["accuracy"])
    spent = []
    for epoch in range(count):
        watch = Stopwatch()
        model.fit(
            split.x_train,
            split.y_train,
            batch_size=32,
            epochs=epoch + 1,
            initial_epoch=epoch,
            validation_data=(split.x_valid, split.y_valid),
            verbose=0,
        )
        spent.append(watch.read())
        console.print(f"lecture, epoch {epoch + 1}: {spent[-1]}")
    if count == EPOCHS:
        found = model.predict(split.x_test, batch_size=500, verbose=0).argmax(axis=1)
        console.print(f"lecture: test accuracy {accuracy(found, split.y_test)}")
    return spent


def main() -> None:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--recipe-epochs", type=int, default=2)
    parser.add_argument("--lecture-epochs", type=int, default=EPOCHS)
    options = parser.parse_args()
    split, full = lecture_split()
    epochs = lecture_epochs(split, options.lecture_epochs)
    recipes = []
    for seed in range(options.seeds):
        recipes.append(recipe_in_torch(split, seed, options.recipe_epochs))
        console.print(f"recipe: {recipes[-1]}")

    ratios = {}
    for unit in ("seconds", "cpu_seconds"):
        ten = EPOCHS * sum(epoch[unit] for epoch in epochs) / len(epochs)
        ratios[unit] = [round(ten / run[unit], 1) for run in recipes]
    missed = [run["seed"] for run in recipes if run["test_accuracy"] < WANTED]
    for unit, found in ratios.items():
        console.print(f"lecture / recipe in {unit}: {sorted(found)}")
    console.print(f"seeds below {WANTED}: {missed or 'none'}")
    runs.write(
        NAME,
        {
            "what": f"The lecture's {EPOCHS} epochs against the recipe's time to {WANTED}",
            "data": full.description,
            **runs.circumstances("keras", "tensorflow", "torch", "numpy"),
            "settings": {
                "wanted": WANTED,
                "lecture_epochs_timed": len(epochs),
                "recipe_epochs": options.recipe_epochs,
            },
            "lecture": epochs,
            "runs": recipes,
            "ratios": ratios,
        },
    )


if __name__ == "__main__":
    main()
