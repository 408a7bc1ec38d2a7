"""Read what a chapter prints back into numbers."""

import re

import numpy as np


def matrix(text):
    """Read an array as NumPy prints it."""
    rows = re.findall(r"\[([^\[\]]+)\]", text)
    return np.array([[float(number) for number in row.split()] for row in rows])


def numbers(text):
    """Read all numbers of a text, with their thousands' commas."""
    return [
        float(n.replace(",", "")) for n in re.findall(r"-?\d[\d,]*(?:\.\d+)?", text)
    ]
