"""What the benchmarks compute themselves."""

import sys

import keras
import numpy as np
import torch

from convbook.notebooks import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
import fashion_mnist


def test_nadam_of_2019_takes_the_steps_that_pytorch_takes_with_its_momentum():
    gradients = np.random.default_rng(0).normal(size=(500, 4)).astype("float32")
    ours = keras.Variable(np.zeros(4, "float32"))
    optimizer = fashion_mnist.Nadam2019(0.001)
    theirs = torch.zeros(4, requires_grad=True)
    reference = torch.optim.NAdam([theirs], lr=0.001, eps=1e-7, momentum_decay=0.004)
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [ours])
        theirs.grad = torch.tensor(gradient)
        reference.step()
    got = keras.ops.convert_to_numpy(ours)
    np.testing.assert_allclose(got, theirs.detach().numpy(), rtol=1e-4, atol=1e-6)
