"""Chapter 8's comparisons with more pictures and more steps.

    python benchmarks/architectures.py --steps 2000 --seeds 5
    python benchmarks/architectures.py --steps 20 --seeds 2 --sample --record trial

What runs is what the chapter shows: networks, training and comparisons come out of its
cells. After each comparison the record in `convbook/results/` is written; one that was
interrupted goes on with those that are missing. On two cores, 2,000 steps and 5 seeds take
about an hour.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")

import nbformat
import numpy as np

from convbook import data, runs

CHAPTER = Path(__file__).parents[1] / "chapters" / "08-architectures.ipynb"
TOOLS = ("pictures", "train-define", "cost-define", "compare-define")
COMPARISONS = (
    "lenet-blocks",
    "activations",
    "dropout-compared",
    "augmentation-drawn",
    "augmentation-compared",
    "vgg-compared",
    "inception-define",
    "inception-compared",
    "resnet-block",
    "resnet-compared",
    "xception-compared",
    "senet-compared",
)


def main() -> None:
    """Run the comparisons that are not recorded yet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sample", action="store_true", help="4,000 pictures alone")
    parser.add_argument("--record", default="architectures", help="the record's name")
    options = parser.parse_args()
    clothes = data.load("fashion_mnist", sample=options.sample)
    settings = {"steps": options.steps, "seeds": options.seeds}
    record = {
        "what": f"chapter 8's comparisons, {options.steps:,} steps, {options.seeds} seeds, "
        f"{len(clothes.x_train):,} training pictures",
        "data": clothes.description,
        "settings": settings,
        **runs.circumstances("torch", "numpy"),
        "runs": [],
    }
    former = runs.read(options.record)
    if former and former["settings"] == settings and former["data"] == record["data"]:
        record["runs"] = former["runs"]
    compare_cells(clothes, settings, record, options.record)


def compare_cells(
    clothes: data.Dataset, settings: dict[str, int], record: dict, name: str
) -> None:
    """Run the chapter's cells; write each comparison as soon as it is there."""
    cells = {cell.id: cell.source for cell in nbformat.read(str(CHAPTER), 4).cells}
    chosen = SimpleNamespace(scale="full", few=200, **settings)
    space: dict = {"__name__": CHAPTER.stem}

    def execute(cell: str) -> None:
        exec(compile(cells[cell], cell, "exec"), space)

    execute("imports")
    device = "cuda" if space["torch"].cuda.is_available() else "cpu"
    space |= {"clothes": clothes, "run": chosen, "device": device}
    for cell in TOOLS:
        execute(cell)
    as_in_the_chapter = space["compare"]
    done = {one["idea"] for one in record["runs"]}

    def once(idea: str, *rest: object, **options: object) -> None:
        if idea in done:
            return
        print(idea)
        as_in_the_chapter(idea, *rest, **options)
        differences = np.round(space["ledger"][idea], 2).tolist()
        record["runs"].append({"idea": idea, "differences": differences})
        runs.write(name, record)

    space["compare"] = once
    for cell in COMPARISONS:
        execute(cell)


if __name__ == "__main__":
    main()
