"""Every picture of every chapter shows something, and says in words what."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tools.notebooks import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))


@pytest.mark.parametrize("name", CHAPTERS)
def test_pictures_are_drawn_and_described(executed, name):
    chapter = executed(name)
    described = {}
    for cell in chapter.notebook.cells:
        image = cell.metadata.get("mystnb", {}).get("image", {})
        if "alt" in image:
            described[cell.id] = image["alt"]
    code = [cell for cell in chapter.notebook.cells if cell.cell_type == "code"]
    drawn = {cell.id for cell in code if chapter.images(cell.id)}
    assert drawn <= set(described)
    for cell in set(described) - drawn:  # no record, no stamps: then the page says so
        assert re.search(r"^No (run|pictures) ", chapter.text(cell), re.MULTILINE), cell
    assert described
    for cell, words in described.items():
        assert len(words) > 40, cell
        for png in chapter.images(cell):
            pixels = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
            assert pixels.std() > 10, cell


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_output_says_where_an_object_lies_in_memory(executed, name):
    for cell in executed(name).notebook.cells:
        for output in cell.get("outputs", []):
            text = output.get("text", "") + output.get("data", {}).get("text/plain", "")
            assert " at 0x" not in text, cell.id
