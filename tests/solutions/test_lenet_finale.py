"""The pieces of assignment 7 work together: LeNet-5 learns the stand-in for CIFAR-10."""

import re

import torch
from nbgrader.utils import is_grade

from tests.solutions.answers import solution


def test_the_finale_shows_the_shapes_and_learns(capsys):
    namespace = {"__name__": "lenet"}
    for cell in solution("07-lenet-cifar10").cells:
        if cell.cell_type == "code" and cell.id != "setup" and not is_grade(cell):
            exec(compile(cell.source, cell.id, "exec"), namespace)
    torch.manual_seed(1)
    namespace["finale"](epochs=2)
    printed = capsys.readouterr().out
    assert "a stand-in drawn by convbook, not CIFAR-10" in printed
    shapes = re.findall(r"^(\w+) +\((.+)\)$", printed, re.M)
    assert shapes == [
        ("conv1", "1, 6, 28, 28"),
        ("conv2", "1, 16, 10, 10"),
        ("fc1", "1, 120"),
        ("fc2", "1, 84"),
        ("fc3", "1, 10"),
    ]
    losses = [float(n) for n in re.findall(r"loss ([\d.]+)", printed)]
    assert losses[1] < losses[0]
    (first, second) = (int(n) for n in re.findall(r"stand-in (\d+)%", printed))
    assert 10 < first < second
