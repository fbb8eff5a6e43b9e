"""A Keras file that describes another network than the detector is refused, by layer."""

import copy

import pytest

from jaxticket.models.keras_config import contradictions
from jaxticket.models.meso import EPSILON, KERAS_MESO4
from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError
from tests.models.keras_sources import meso4_config, node, with_zeros, write_described

OURS = {f"conv2d_{8 + i}": f"conv{i}" for i in (1, 2, 3, 4)}
OURS |= {f"batch_normalization_{8 + i}": f"bn{i}" for i in (1, 2, 3, 4)}
OURS |= {"dense_9": "fc1", "dense_10": "fc"}


def found(config):
    return list(contradictions(config, OURS, KERAS_MESO4, EPSILON, "meso4"))


def test_a_file_that_describes_itself_is_read_or_refused(tmp_path):
    meso4 = with_zeros("meso4")
    write_described(tmp_path / "a.h5", meso4_config())
    _, _, notes = load_weights(tmp_path / "a.h5", *meso4, fake_output="0")
    assert notes == ["the file's output is the probability of real, and its sign was turned"]
    write_described(tmp_path / "a.h5", meso4_config(conv2d_9={"activation": "elu"}))
    with pytest.raises(WeightFileError, match="than meso4: batch"):
        load_weights(tmp_path / "a.h5", *meso4, fake_output="0")


CONTRADICTIONS = {
    "activation": (
        {"conv2d_9": {"activation": "elu"}},
        "batch_normalization_9 (bn1) reads conv2d_9 > elu, where meso4 has conv2d_9 > relu",
    ),
    "padding": (
        {"conv2d_10": {"padding": "valid"}},
        "conv2d_10 (conv2) has padding valid, where meso4 has same",
    ),
    "strides": ({"conv2d_9": {"strides": [2, 2]}}, "(conv1) has strides 2, where meso4 has 1"),
    "dilation": ({"conv2d_9": {"dilation_rate": [1, 2]}}, "has dilation_rate [1, 2]"),
    "order of axes": (
        {"conv2d_9": {"data_format": "channels_first"}}, "has data_format channels_first"
    ),
    "epsilon": (
        {"batch_normalization_12": {"epsilon": 1e-5}},
        "batch_normalization_12 (bn4) has epsilon 1e-05, where meso4 has 0.001",
    ),
    "axis": ({"batch_normalization_12": {"axis": [1]}}, "(bn4) has axis 1, where meso4 has -1"),
    "pooling": (
        {"pool_4": {"kind": "AveragePooling2D"}},
        "reads batch_normalization_12 > average_pool 4, where meso4 has",
    ),
    "strides of pooling": ({"pool_1": {"strides": [1, 1]}}, "max_pool 2 strides 1, where"),
    "padding of pooling": ({"pool_1": {"padding": "valid"}}, "max_pool 2 padding valid, where"),
    "no flattening": (
        {"flatten_2": {"kind": "GlobalAveragePooling2D"}},
        "> max_pool 4 > GlobalAveragePooling2D, where",
    ),
    "slope": (
        {"leaky_1": {"alpha": 0.3}},
        "dense_10 (fc) reads dense_9 > leaky_relu 0.3, where meso4 has dense_9 > leaky_relu 0.1",
    ),
    "slope of newer versions": ({"leaky_1": {"negative_slope": 0.2}}, "> leaky_relu 0.2, where"),
    "code": ({"leaky_1": {"kind": "Lambda", "function": "x"}}, "reads dense_9 > Lambda, where"),
    "output": (
        {"dense_10": {"activation": "tanh"}},
        "its output is dense_10 > tanh, where meso4 has dense_10 > sigmoid",
    ),
    "softmax of one": ({"dense_10": {"activation": "softmax"}}, "dense_10 > softmax, where"),
    "sigmoid of two": ({"dense_10": {"units": 2}}, "> sigmoid, where meso4 has dense_10 > softmax"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_names_the_layer_and_both_values(name):
    changes, words = CONTRADICTIONS[name]
    (only,) = found(meso4_config(**changes))
    assert words in only


SAME = {
    "logits": {"dense_10": {"activation": "linear"}},
    "activation as an object": {
        "conv2d_9": {
            "activation": {"class_name": "function", "module": "builtins", "config": "relu"}
        }
    },
    "activation as a layer": {
        "conv2d_9": {"activation": {"class_name": "ReLU", "config": {"max_value": None}}}
    },
    "axis from the end": {"batch_normalization_9": {"axis": -1}},
    "strides of pooling left out": {"pool_1": {"strides": None}},
    "more dropout": {"flatten_2": {"kind": "SpatialDropout2D"}},
}


@pytest.mark.parametrize("name", SAME)
def test_the_same_in_other_words(name):
    assert found(meso4_config(**SAME[name])) == []


def test_activations_may_be_layers_and_layers_a_list():
    config = meso4_config(conv2d_9={"activation": "linear"})
    layers = config["config"]["layers"]
    layers.insert(2, node("Activation", "step", ["conv2d_9"], activation="relu"))
    layers[3]["inbound_nodes"] = [[["step", 0, 0, {}]]]
    assert found(config) == []
    for layer in layers:  # as a Sequential, whose layers read the one before
        del layer["inbound_nodes"]
    assert found({"class_name": "Sequential", "config": layers}) == []


def test_normalisation_before_the_activation_is_another_network():
    config = meso4_config(conv2d_9={"activation": "linear"})
    config["config"]["layers"].insert(
        3, node("ReLU", "step", ["batch_normalization_9"], max_value=None)
    )
    config["config"]["layers"][4]["inbound_nodes"] = [[["step", 0, 0, {}]]]
    first, second = found(config)
    assert "(bn1) reads conv2d_9, where meso4 has conv2d_9 > relu" in first
    assert "(conv2) reads batch_normalization_9 > relu > max_pool 2, where meso4 has" in second


def test_pixels_scaled_within_the_model():
    config = meso4_config()
    layers = config["config"]["layers"]
    layers.insert(1, node("Rescaling", "scale", ["input_1"], scale=1 / 255, offset=0.0))
    layers[2]["inbound_nodes"] = [[["scale", 0, 0, {}]]]
    assert found(config) == []
    layers[1]["config"] |= {"scale": 1 / 127.5, "offset": -1.0}
    (only,) = found(config)
    assert "picture > rescaling 0.007843, -1, where meso4 has picture" in only


def broken(change):
    config = copy.deepcopy(meso4_config())
    change(config["config"]["layers"])
    return config


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ([], "not understood"),
        ({"config": {"layers": [{"class_name": "Dense"}]}}, "not understood"),
        (broken(lambda layers: layers.reverse()), "not understood"),
        (broken(lambda layers: layers.pop(1)), "does not describe what its layer batch_norm"),
        (
            broken(lambda layers: layers[2]["inbound_nodes"].append([["pool_1", 0, 0, {}]])),
            "uses its layer batch_normalization_9 2 times: it is shared",
        ),
        (
            broken(lambda layers: layers.__setitem__(slice(2, 2), [
                node("Add", f"add_{i}", [f"add_{i - 1}" if i else "conv2d_9"] * 2)
                for i in range(40)
            ])),
            "too intricate",
        ),
    ],
)  # fmt: skip
def test_a_description_that_makes_no_sense(config, words):
    with pytest.raises(WeightFileError, match=words):
        found(config)


@pytest.mark.parametrize(
    ("layer", "registered", "seen"),
    [
        (
            "dropout_1",
            "my>Dropout",
            "batch_normalization_12 > max_pool 4 > my>Dropout, where",
        ),
        ("leaky_1", "LeakyReLU", "dense_10 (fc) reads dense_9 > Custom>LeakyReLU, where"),
    ],
)
def test_a_class_of_the_same_name_that_is_not_keras_own_is_another(layer, registered, seen):
    config = meso4_config()
    (row,) = (row for row in config["config"]["layers"] if row["name"] == layer)
    row["registered_name"] = registered
    (only,) = found(config)
    assert seen in only


@pytest.mark.parametrize("version", [2, 3])
def test_a_batch_normalisation_that_always_trains_is_refused(version):
    config = meso4_config()
    (row,) = (row for row in config["config"]["layers"] if row["name"] == "batch_normalization_9")
    if version == 2:
        row["inbound_nodes"][0][0][3]["training"] = True
    else:
        source = {"config": {"keras_history": ["conv2d_9", 0, 0]}}
        row["inbound_nodes"] = [{"args": [source], "kwargs": {"training": True}}]
    with pytest.raises(WeightFileError, match="layer batch_normalization_9 with training=True"):
        found(config)


@pytest.mark.parametrize(("setting", "leaf"), [("center", "beta"), ("scale", "gamma")])
def test_a_batch_normalisation_without_an_array_names_it(setting, leaf):
    (line,) = found(meso4_config(batch_normalization_9={setting: False}))
    assert f"batch_normalization_9 (bn1) has {setting} ({leaf}) False, where meso4 has True" == line


def test_a_model_inside_a_model_is_named_with_what_to_do():
    config = meso4_config()
    config["config"]["layers"].append({"class_name": "Functional", "config": {"name": "inner"}})
    with pytest.raises(
        WeightFileError, match=r"a model inside a model \('inner'\): save the inner"
    ):
        found(config)
