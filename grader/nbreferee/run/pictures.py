"""How large a picture is, read from its head: a few kilobytes can unpack to gigabytes in a browser.

The head alone is read, and by no library of pictures: this runs outside the sandbox.
"""

from __future__ import annotations

import base64
import binascii
import struct

# What the pictures of a notebook may unpack to, together: 400 MB in the browser of who grades.
MOST_PIXELS = 100_000_000

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
# Markers of a JPEG that begin a frame: its height and width follow. Between them stand the codes of
# tables (0xC4, 0xC8, 0xCC); those without a length are 0x01 and 0xD0 to 0xD8.
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = {0x01, *range(0xD0, 0xD9)}


def pixels(content: str) -> int | None:
    """Return how many pixels a picture has that is written as base64.

    Returns:
        None if it is neither PNG nor JPEG: a browser would find out what it is. 0 if its head is
        cut off: no browser shows it.
    """
    try:
        data = base64.b64decode(content)
    except (binascii.Error, ValueError):
        return None
    if data.startswith(_PNG):
        if data[12:16] != b"IHDR" or len(data) < 24:
            return 0
        width, height = struct.unpack_from("!II", data, 16)
        return int(width * height)
    return _of_jpeg(data) if data.startswith(_JPEG) else None


def _of_jpeg(data: bytes) -> int:
    most, place = 0, 2
    while (place := data.find(b"\xff", place)) >= 0 and place + 9 <= len(data):
        marker = data[place + 1]
        if marker in _FRAMES:
            height, width = struct.unpack_from("!HH", data, place + 5)
            most = max(most, height * width)
        if marker == 0xFF or marker in _BARE or marker == 0x00:
            place += 1
        elif marker == 0xDA:  # the picture itself: no head comes after it
            break
        else:
            place += 2 + struct.unpack_from("!H", data, place + 2)[0]
    return most
