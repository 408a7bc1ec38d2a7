"""Pictures of a submission: as many pixels as a browser can hold, and no other kinds."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from nbreferee.limits import Limits
from nbreferee.run.outputs import Room, clean_outputs
from nbreferee.run.pictures import MOST_PIXELS, pixels
from tests.nbreferee import tiny


def written(kind, size=(30, 20), **options):
    out = io.BytesIO()
    Image.new("RGB", size).save(out, kind, **options)
    return base64.b64encode(out.getvalue()).decode()


def chunk(name, data):
    crc = struct.pack("!I", zlib.crc32(name + data))
    return struct.pack("!I", len(data)) + name + data + crc


HEAD = chunk(b"IHDR", struct.pack("!IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0))
BOMB = base64.b64encode(b"\x89PNG\r\n\x1a\n" + HEAD + chunk(b"IEND", b"")).decode()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True, "comment": b"\xff\xc0" * 99, "dpi": (9, 9)}),
    ],
)
def test_the_size_of_a_picture_is_read_from_its_head(kind, options):
    assert pixels(written(kind, **options)) == 600


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP"])
def test_another_kind_of_picture_is_refused_whatever_it_is_called(kind):
    assert pixels(written(kind)) is None
    assert pixels("not base64") is None


def test_pictures_that_unpack_to_gigabytes_are_not_shown():
    assert pixels(BOMB) == 900_000_000
    shown = [{"image/png": data} for data in (BOMB, written("PNG"), written("GIF"))]
    outputs = [{"output_type": "display_data", "data": data} for data in shown]
    room = Room(Limits())
    assert [out.data for out in clean_outputs(outputs, room)] == [shown[1]]
    assert room.pixels == MOST_PIXELS - 600


def test_pictures_in_a_text_share_one_budget_of_pixels():
    half = written("PNG", (8000, 7000))
    cells = {"words": "mine ![a](attachment:a.png)"}
    notebook = tiny.notebook(cells)
    place = next(i for i, c in enumerate(notebook["cells"]) if c["id"] == "words")
    for n, content in enumerate([half, BOMB]):
        cell = notebook["cells"][place] | {"id": f"more-{n}", "metadata": {}}
        cell["attachments"] = {"a.png": {"image/png": content}}
        notebook["cells"].append(cell)
    graded = tiny.graded(notebook)
    kept = [c.attachments["a.png"] for c in graded.notebook.cells if "attachments" in c]
    assert kept == [{"image/png": half}]
