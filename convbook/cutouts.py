"""Photographs that were cut out, to be pasted on other photographs.

They are stamps of Tux Paint, a paint program for children: birds, mammals, fruit,
flowers, vegetables and vehicles, each with transparency around it. They are GPL-2 and
160 MB, so they are used where they are installed and never shipped. Debian and Ubuntu
have them in the package tuxpaint-stamps-default.

`individuals()` lists them, `read` gives one, `paste` and `place` put it on a picture,
`pictures` makes a labelled set. Which individuals are for training and which for testing
is fixed here: what a network is tested on, it has never seen on any background.

CONVBOOK_CUTOUTS in the environment names the folder of the stamps if it is another.

Source: Tux Paint stamps 2022.06.04, https://tuxpaint.org/stamps, collected by Bill
Kendrick and contributors, GPL-2.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from convbook.photographs import photograph

FOLDERS = ("/usr/share/tuxpaint/stamps", "/usr/local/share/tuxpaint/stamps")
"""Where the stamps are looked for, unless CONVBOOK_CUTOUTS says where they are."""

BACKGROUNDS = ("astronaut", "camera", "china", "coins")
"""The photographs to paste on that show no bird, fruit, flower or vegetable."""

TRAINING = {
    "bird": """animals/birds: adelaide-rosella albino_peahen blackbird chicken_profile
        crowned_crane cuckoo drake duck gander guineafowl heron_greatblue
        heron_greatblue_flying hen lark little-penguin magpie nandou ostrich peacock
        pelican penguin pigeon pink_flamingo quetzal rooster silver-gull tucan turkey
        vulture""",
    "mammal": """animals/mammals: apes/chimp apes/gorilla apes/tamarin_emperor
        aquatic/dolphin aquatic/orca aquatic/sea_lion aquatic/whale badger bears/bear
        bears/european-bear bovines/bison bovines/bull bovines/cow bovines/cow_white
        bovines/gnu-baby bovines/gnu-baby-stand bovines/gnu-sitting bovines/gnu-stand
        bovines/goat bovines/indian_blackbuck bovines/mountaingoat bovines/ram
        bovines/sheep bovines/sheep_lamb bovines/yak bovines/zebu camel/camel
        camel/dromedary cats/lion cats/lion-2 cats/tiger deer/caribou deer/deer deer/doe
        deer/wapiti dogs/dingo dogs/dog equines/donkey equines/donkey_eating
        equines/zebra ferret giraffe hippopotamus pig pig_golden pig_golden2
        rabbit_little rhino_black rodents/beaver rodents/capybara rodents/marmot
        rodents/mouse rodents/rabbit rodents/rat rodents/squirrel wildboar""",
    "fruit": """food/fruit: Apricot_whole Strawberry2 apple_fuji apple_granny_smith
        apple_green apple_red apple_sierra_beauty apricot banana cherimoya kiwi
        mandarine mango orange orange_seville pineapple pomegranate raspberry sliced_lime
        strawberry""",
    "flower": """plants/flowers: adeenia anemone_red anthoorium appooppanthady bolsom
        chemparathi flower10 flower2 flower3 flower4 flower5 flower6 flower8 flower9
        marigold pigface rose yellow-flower""",
    "vegetable": """food/vegetables: broccoli chilepepper corn garlic garlics mushroom
        pattypan_squash potato redlettuce tomato yam yellowpepper""",
    "vehicle": """vehicles: auto/sedan auto/sportscar2 construction/dumper
        emergency/firetruck flight/balloon360 garbagetruck race/indycar ship/walnutBoat
        ../military/vehicles/f22_raptor ../military/vehicles/infantry-stryker
        ../military/vehicles/ww2_german_gun""",
}
TEST = {
    "bird": """animals/birds: crow helmeted_guineafowl magellanic_penguin owl
        rainbow-lorikeet seagull""",
    "mammal": """animals/mammals: aquatic/otter cats/tiger_sumatran dogs/fox elephant
        equines/horse rodents/rabbit-2""",
    "fruit": "food/fruit: Cherry_Stella avocado grapes lemon pear sliced_orange",
    "flower": """plants/flowers: daffodil flower1 flower7 iris red-gazania
        whitestar-petunia""",
    "vegetable": "food/vegetables: carrot eggplant lettuce onion pepper pumpkin_small",
    "vehicle": """vehicles: auto/beetle auto/truck cycle/pink_tricycle flight/planes/747
        masstransit/green_korean_bus ../military/vehicles/bradley""",
}
# Chosen by eye, before any network saw them: pictures of one animal (the golden pigs) or
# of one apple in two colours are on the same side. Left out are drawings, toys, wheels,
# mirrored pictures and a police car of which only the writing is left.

CLASSES = tuple(TRAINING)
"""bird, mammal, fruit, flower, vegetable, vehicle. A class is an index into these."""


@dataclass(frozen=True, order=True)
class Individual:
    """One animal, fruit, flower, vegetable or vehicle that was cut out."""

    name: str
    """As its file is called, without folder and ending."""
    class_name: str
    split: str
    """"train" or "test"."""
    path: Path

    @property
    def label(self) -> int:
        """Its class as an index into `CLASSES`."""
        return CLASSES.index(self.class_name)


def folder() -> Path:
    """Find the folder of the stamps.

    Raises:
        FileNotFoundError: there is none; the message says how to get the stamps.

    """
    named = os.environ.get("CONVBOOK_CUTOUTS")
    places = [Path(named).expanduser()] if named else [Path(p) for p in FOLDERS]
    for place in places:
        if (place / "animals").is_dir():
            return place
    raise FileNotFoundError(
        f"The cut-outs are not on this machine: no stamps in "
        f"{' or '.join(map(str, places))}. Debian, Ubuntu and Colab get them with: "
        "sudo apt install tuxpaint-stamps-default (161 MB). Elsewhere, unpack Tux "
        "Paint's stamps from https://tuxpaint.org/stamps and put the folder's path "
        "into CONVBOOK_CUTOUTS."
    )


def individuals(
    split: str | None = None, class_name: str | None = None
) -> list[Individual]:
    """List the cut-outs, class by class, in the order of their names.

    Args:
        split: "train", "test", or both if not given. It is fixed: 146 and 36 (six of
            each class).
        class_name: one of `CLASSES`, or all if not given.

    Raises:
        FileNotFoundError: the stamps are not installed, or one of them is missing.
        ValueError: there is no such split or class.

    """
    if split not in (None, "train", "test"):
        raise ValueError(f'split is {split!r}. Say "train" or "test".')
    if class_name not in (None, *CLASSES):
        raise ValueError(
            f"There is no class {class_name!r}. There are: {', '.join(CLASSES)}."
        )
    root, found = folder(), []
    for name in CLASSES if class_name is None else (class_name,):
        for which, lists in (("train", TRAINING), ("test", TEST)):
            if split in (None, which):
                inside, files = lists[name].split(":")
                for file in files.split():
                    path = Path(os.path.normpath(root / inside / f"{file}.png"))
                    found.append(Individual(path.stem, name, which, path))
    missing = [str(one.path) for one in found if not one.path.exists()]
    if missing:
        raise FileNotFoundError(f"Some stamps are missing: {', '.join(missing)}.")
    return sorted(found, key=lambda one: (one.label, one.split, one.name))


def read(individual: Individual) -> np.ndarray:
    """Read a cut-out, without the empty rim around it.

    Returns:
        uint8 (H, W, 4), RGBA. The fourth channel is 0 where nothing is and 255 where
        the thing hides all behind it.

    Raises:
        OSError: the file is corrupt, and is named.

    """
    from PIL import Image

    try:
        with Image.open(individual.path) as image:
            cutout = np.array(image.convert("RGBA"))
    except (OSError, SyntaxError, ValueError) as error:
        raise OSError(f"{individual.path} is corrupt: {error}") from error
    rows, columns = (
        np.flatnonzero((cutout[..., 3] > 127).any(axis)) for axis in (1, 0)
    )
    if not len(rows):
        raise OSError(f"{individual.path} is corrupt: it shows nothing.")
    return cutout[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()


def paste(
    picture: np.ndarray,
    cutout: np.ndarray,
    top: int,
    left: int,
    side: int,
    *,
    flip: bool = False,
) -> tuple[np.ndarray, np.ndarray]:
    """Put a cut-out on a picture.

    Args:
        picture: uint8 (H, W, 3), RGB; it stays as it is.
        cutout: uint8 (h, w, 4), RGBA, as `read` gives it.
        top: row of the picture on which the cut-out's first row comes to lie. What lies
            outside the picture is cut off.
        left: the same for columns.
        side: how many pixels the cut-out's longer side gets.
        flip: mirror it, left to right.

    Returns:
        The new picture, uint8 (H, W, 3), and the mask, bool (H, W): where the cut-out
        hides at least half of what was there.

    Raises:
        ValueError: side is less than 1.

    """
    from PIL import Image

    if side < 1:
        raise ValueError(f"side is {side}, and must be at least 1.")
    height, width = cutout.shape[:2]
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Pillow weighs colours by their opacity, so that no rim of hidden colours shows.
    small = np.array(Image.fromarray(cutout).resize(size, Image.Resampling.LANCZOS))
    if flip:
        small = small[:, ::-1]
    result = picture.copy()
    mask = np.zeros(picture.shape[:2], bool)
    first_row, first_column = max(0, top), max(0, left)
    small = small[first_row - top :, first_column - left :]
    last_row, last_column = max(0, top + size[1]), max(0, left + size[0])
    there = np.s_[first_row:last_row, first_column:last_column]
    behind = result[there]
    small = small[: behind.shape[0], : behind.shape[1]]
    opacity = small[..., 3:] / 255
    result[there] = np.rint(opacity * small[..., :3] + (1 - opacity) * behind)
    mask[there] = opacity[..., 0] >= 0.5
    return result, mask


def place(
    picture: np.ndarray,
    cutout: np.ndarray,
    rng: np.random.Generator,
    *,
    share: tuple[float, float] = (0.5, 0.9),
) -> tuple[np.ndarray, np.ndarray]:
    """Put a cut-out whole on a picture, at a random place, size and side.

    Args:
        picture: uint8 (H, W, 3), RGB; it stays as it is.
        cutout: uint8 (h, w, 4), RGBA.
        rng: draws size, place, and whether the cut-out is mirrored.
        share: smallest and largest length of the cut-out's longer side, as a share of
            the picture's shorter side.

    Returns:
        As `paste`.

    """
    height, width = picture.shape[:2]
    side = max(1, round(rng.uniform(*share) * min(height, width)))
    scale = side / max(cutout.shape[:2])
    tall, wide = (max(1, round(n * scale)) for n in cutout.shape[:2])
    top = int(rng.integers(height - tall + 1))
    left = int(rng.integers(width - wide + 1))
    return paste(picture, cutout, top, left, side, flip=bool(rng.integers(2)))


def background(
    rng: np.random.Generator, size: int, names: tuple[str, ...] = BACKGROUNDS
) -> np.ndarray:
    """Cut a random square from one of the course's photographs.

    Args:
        rng: draws the photograph and the square, from a third of its side upwards.
        size: side of the result in pixels.
        names: photographs that `data.photograph` gives.

    Returns:
        uint8 (size, size, 3), RGB.

    """
    from PIL import Image

    image = _photograph(names[rng.integers(len(names))])
    shorter = min(image.shape[:2])
    side = int(rng.integers(shorter // 3, shorter + 1))
    top, left = (int(rng.integers(n - side + 1)) for n in image.shape[:2])
    square = Image.fromarray(image[top : top + side, left : left + side])
    return np.array(
        square.convert("RGB").resize((size, size), Image.Resampling.LANCZOS)
    )


@functools.cache
def _photograph(name: str) -> np.ndarray:
    return photograph(name)


def pictures(
    split: str, *, each: int = 4, size: int = 128, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, list[Individual]]:
    """Make a labelled set: each individual of a split on some photographs.

    Args:
        split: "train" or "test".
        each: how many pictures of each individual.
        size: side of a picture in pixels.
        seed: another seed gives other backgrounds, places and sizes, of the same
            individuals.

    Returns:
        x: uint8 (n, size, size, 3), RGB; n is `each` times the number of individuals.
        y: their classes, int64 (n,).
        who: the individual on each picture. First come all individuals once, class by
            class, then all again.

    Raises:
        FileNotFoundError: the stamps are not installed.
        OSError: a file is corrupt, and is named.
        ValueError: there is no such split.

    """
    if split not in ("train", "test"):
        raise ValueError(f'split is {split!r}. Say "train" or "test".')
    listed = individuals(split)
    cutouts = [read(one) for one in listed]
    x = np.empty((each * len(listed), size, size, 3), np.uint8)
    for i in range(len(x)):
        rng = np.random.default_rng([seed, split == "test", i])
        cutout = cutouts[i % len(listed)]
        x[i], _ = place(background(rng, size), cutout, rng)
    who = listed * each
    return x, np.array([one.label for one in who], np.int64), who
