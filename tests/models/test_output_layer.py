"""One logit, positive for fake, from the outputs that a file has."""

import json

import jax
import numpy as np
import pytest
from safetensors.numpy import save_file

from jaxticket.models import build
from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError

PARAMS = {
    "conv1": {"kernel": np.zeros((1, 1, 1, 3), np.float32)},
    "fc": {"kernel": np.full((3, 1), 7, np.float32), "bias": np.full(1, 7, np.float32)},
}
KERNEL = np.array([[1, 2, 3], [10, 30, 50]], np.float32)
BIAS = np.array([0.5, 0.25], np.float32)
FEATURES = np.array([0.1, -0.2, 0.3], np.float32)


@pytest.fixture
def load(tmp_path):
    """Load a file with that output layer into a ResNet-18 of one logit."""

    def loaded(kernel, bias, fake_output=None, logits=1):
        state = {"conv1.weight": np.zeros((3, 1, 1, 1), np.float32)}
        save_file(state | {"fc.weight": kernel, "fc.bias": bias}, tmp_path / "a.safetensors")
        detector = build("resnet18", logits)
        return load_weights(tmp_path / "a.safetensors", detector, PARAMS, {}, fake_output)

    return loaded


@pytest.mark.parametrize("fake", [0, 1])
def test_the_one_logit_is_the_difference_from_the_other(load, fake):
    params, _, notes = load(KERNEL, BIAS, str(fake))
    assert params["fc"]["kernel"].shape == (3, 1)
    logit = FEATURES @ params["fc"]["kernel"][:, 0] + params["fc"]["bias"][0]
    softmax = jax.nn.softmax(KERNEL @ FEATURES + BIAS)
    np.testing.assert_allclose(jax.nn.sigmoid(logit), softmax[fake], rtol=1e-5)
    assert notes == [
        f"of the file's two logits, {fake} is that of fake, and the one logit is its difference "
        "from the other"
    ]


def test_a_single_output_is_of_fake_or_of_real(load):
    params, _, notes = load(KERNEL[:1], BIAS[:1], "1")
    assert params["fc"]["kernel"][:, 0].tolist() == [1, 2, 3]
    assert notes == ["the file's output is the probability of fake"]
    params, _, notes = load(KERNEL[:1], BIAS[:1], "0")
    assert params["fc"]["kernel"][:, 0].tolist() == [-1, -2, -3]
    assert params["fc"]["bias"].tolist() == [-0.5]
    assert notes == ["the file's output is the probability of real, and its sign was turned"]


@pytest.mark.parametrize(("outputs", "words"), [(1, "has one output"), (2, "has two logits")])
def test_which_output_means_fake_is_asked_for(load, outputs, words):
    with pytest.raises(WeightFileError, match=f"{words} and does not say.*--fake_output=new"):
        load(KERNEL[:outputs], BIAS[:outputs])


@pytest.mark.parametrize("outputs", [1, 2])
def test_a_new_output_layer_can_be_asked_for(load, outputs):
    params, _, notes = load(KERNEL[:outputs], BIAS[:outputs], "new")
    assert params["fc"]["kernel"].tolist() == [[7]] * 3
    assert notes == ["the file's output layer was replaced by a freshly initialised one"]


def test_an_output_of_fake_that_is_no_option_is_refused(load):
    with pytest.raises(ValueError, match=r"fake_output=1: expected one of \('0', '1', 'new'\)"):
        load(KERNEL, BIAS, 1)


def test_other_classes_have_no_output_of_fake(load):
    kernel, bias = np.ones((1000, 3), np.float32), np.ones(1000, np.float32)
    assert "has 1000 logits" in load(kernel, bias)[2][0]
    with pytest.raises(WeightFileError, match="1000 logits: --fake_output=1 does not apply"):
        load(kernel, bias, "1")


def test_an_own_file_says_what_its_logit_is(tmp_path):
    arrays = {f"params/{layer}/{leaf}": a for layer in PARAMS for leaf, a in PARAMS[layer].items()}
    save_file(arrays, tmp_path / "a.safetensors")
    load = (tmp_path / "a.safetensors", build("resnet18"), PARAMS, {})
    assert load_weights(*load)[2] == []
    with pytest.raises(WeightFileError, match="--fake_output=0 does not apply"):
        load_weights(*load, fake_output="0")


def write_named(path, classes):
    state = {"conv1.weight": np.zeros((3, 1, 1, 1), np.float32)}
    state |= {"fc.weight": KERNEL, "fc.bias": BIAS}
    save_file(state, path, metadata={"classes": json.dumps(classes.split())})


@pytest.mark.parametrize(
    ("classes", "fake"),
    [("fake real", "0"), ("Original x", "1"), ("x FAKE", "1"), ("df real", "0")],
)
def test_the_names_of_the_outputs_are_heard(tmp_path, classes, fake):
    write_named(tmp_path / "a.safetensors", classes)
    load = (tmp_path / "a.safetensors", build("resnet18"), PARAMS, {})
    params, _, notes = load_weights(*load)
    sign = 1 if fake == "1" else -1
    np.testing.assert_array_equal(params["fc"]["bias"], sign * (BIAS[1:] - BIAS[:1]))
    assert notes[0].endswith(f"as the file names its outputs {classes.replace(' ', ' and ')}")
    assert load_weights(*load, fake)[2] == notes
    with pytest.raises(WeightFileError, match="contradicts --fake_output="):
        load_weights(*load, "1" if fake == "0" else "0")


@pytest.mark.parametrize("classes", ["cat dog", "real original", "real fake other"])
def test_names_that_do_not_say_it_are_asked_for(tmp_path, classes):
    write_named(tmp_path / "a.safetensors", classes)
    with pytest.raises(WeightFileError, match="does not say which"):
        load_weights(tmp_path / "a.safetensors", build("resnet18"), PARAMS, {})
