"""Keras' containers: HDF5 in a process of its own, and the archive of Keras 3."""

import json
import re
import zipfile

import h5py
import ml_dtypes
import numpy as np
import pytest

from jaxticket import limits
from jaxticket.models.pretrained import load_weights
from jaxticket.models.weight_files import WeightFileError, keras, open_weights
from tests.models.keras_sources import conv as convolution
from tests.models.keras_sources import (
    meso4_config,
    meso4_layers,
    norm,
    with_zeros,
    write_archive,
    write_keras,
    write_keras_3,
)


def in_order(layers):
    """Layers as Keras 3 lists them: by their place in the network."""
    return dict(sorted(layers.items(), key=lambda item: int(item[0].rpartition("_")[2])))


@pytest.fixture(scope="module")
def meso4():
    return with_zeros("meso4")


def refusal(path):
    with pytest.raises(WeightFileError) as caught, open_weights(path):
        pass
    return str(caught.value)


def biases(params):
    return [params[f"conv{i}"]["bias"][0].item() for i in (1, 2, 3, 4)]


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize("root", ["", "layers/functional/"])
def test_keras_3_weights(tmp_path, meso4, names, root):
    write_keras_3(tmp_path / "a.weights.h5", in_order(meso4_layers()), names=names, root=root)
    params, stats, notes = load_weights(tmp_path / "a.weights.h5", *meso4, fake_output="1")
    assert biases(params) == [1.5, 2.5, 3.5, 4.5]
    np.testing.assert_allclose(stats["bn3"]["var"], 13.3, rtol=1e-6)
    assert params["fc"]["bias"].tolist() == [22.5]
    assert notes[0].startswith("the file does not describe its network")


@pytest.mark.parametrize("names", [True, False])
def test_keras_3_archive(tmp_path, meso4, names):
    write_keras_3(tmp_path / "w.h5", in_order(meso4_layers()), names=names)
    write_archive(tmp_path / "a.keras", meso4_config(), tmp_path / "w.h5")
    params, _, notes = load_weights(tmp_path / "a.keras", *meso4, fake_output="1")
    assert biases(params) == [1.5, 2.5, 3.5, 4.5]
    assert notes == ["the file's output is the probability of fake"]
    changed = meso4_config(conv2d_9={"activation": "selu"})
    write_archive(tmp_path / "a.keras", changed, tmp_path / "w.h5")
    with pytest.raises(WeightFileError, match="conv2d_9 > selu, where meso4 has conv2d_9 > relu"):
        load_weights(tmp_path / "a.keras", *meso4, fake_output="1")


@pytest.mark.parametrize("names", [True, False])
def test_the_branches_of_keras_3_come_by_their_way_to_the_output(tmp_path, names):
    # Narrow convolutions of the longer branches come first, numbered as they were made.
    layers, number = {}, 0
    for block, (inputs, widths) in enumerate(((3, (1, 4, 4, 2)), (11, (2, 4, 4, 2)))):
        a, b, c, d = widths
        made = {1: (1, inputs, a), 2: (1, inputs, b), 3: (3, b, b), 4: (1, inputs, c),
                5: (3, c, c), 6: (1, inputs, d), 7: (3, d, d)}  # fmt: skip
        for index in (2, 4, 6, 1, 3, 5, 7):
            number = 7 * block + index
            layers[f"conv2d_{number}"] = convolution(*made[index], number)
    layers |= {"conv2d_15": convolution(5, 12, 16, 15), "conv2d_16": convolution(5, 16, 16, 16)}
    layers |= {f"batch_normalization_{n}": norm(s, n) for n, s in enumerate((11, 12, 16, 16))}
    dense = meso4_layers()
    layers |= {"dense_9": dense["dense_9"], "dense_10": dense["dense_10"]}
    write_keras_3(tmp_path / "a.h5", layers, names=names)
    params, _, _ = load_weights(tmp_path / "a.h5", *with_zeros("mesoinception4"), fake_output="0")
    for n in range(1, 8):
        assert params[f"inception1.conv{n}"]["bias"][0] == n + 0.5
        assert params[f"inception2.conv{n}"]["bias"][0] == n + 7.5
    assert params["conv4"]["bias"][0] == 16.5


def test_names_of_ones_own_go_by_place(tmp_path, meso4):
    layers = {f"my_{name[::-1]}": leaves for name, leaves in in_order(meso4_layers()).items()}
    write_keras(tmp_path / "a.h5", layers)
    params, _, _ = load_weights(tmp_path / "a.h5", *meso4, fake_output="0")
    assert biases(params) == [1.5, 2.5, 3.5, 4.5]


def test_a_layer_goes_by_the_name_of_its_list(tmp_path):
    bias = {"bias": np.ones(2, np.float32)}
    write_keras(
        tmp_path / "a.h5",
        {"dense_1": bias, "model_1": {"a/kernel": np.ones(1), "b/bias": np.ones(1)}},
    )
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["dense_1"].move("dense_1", "dense_1_1")  # as when a name was taken already
        file["dense_1"].attrs["weight_names"] = [b"dense_1_1/bias:0"]
    with open_weights(tmp_path / "a.h5") as file:
        assert list(file.arrays) == ["dense_1/bias", "model_1/a/kernel", "model_1/b/bias"]


def test_part_of_a_network_is_read_and_what_lacks_is_said(tmp_path, meso4):
    layers = {
        name: leaves for name, leaves in meso4_layers().items() if name in ("conv2d_9", "dense_9")
    }
    write_keras_3(tmp_path / "a.h5", layers)
    with open_weights(tmp_path / "a.h5") as file:
        assert list(file.arrays) == [
            "conv2d_9/kernel",
            "conv2d_9/bias",
            "dense_9/kernel",
            "dense_9/bias",
        ]
    with pytest.raises(WeightFileError, match="holds 1 conv2d, 0 batch_normalization, 1 dense"):
        load_weights(tmp_path / "a.h5", *meso4)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_precisions(tmp_path, meso4, dtype):
    layers = {
        name: {leaf: array.astype(dtype) for leaf, array in leaves.items()}
        for name, leaves in meso4_layers().items()
    }
    write_keras(tmp_path / "a.h5", layers)
    params, _, _ = load_weights(tmp_path / "a.h5", *meso4, fake_output="0")
    assert biases(params) == [1.5, 2.5, 3.5, 4.5]


def test_bfloat16_as_keras_3_marks_it(tmp_path):
    values = np.array([1.5, -2], ml_dtypes.bfloat16)
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for name in ("dense", "dense_1"):
            file[f"layers/{name}/vars/1"] = values.view("V2")
        file["layers/dense/vars/1"].attrs["dtype"] = "bfloat16"
    with open_weights(tmp_path / "a.h5") as file:
        assert file.arrays["dense/bias"].read().tolist() == [1.5, -2]
        with pytest.raises(WeightFileError, match=r"'dense_1/bias' holds \|V2, not floating point"):
            file.arrays["dense_1/bias"].read()


def test_a_file_that_loops_within_hdf5_is_ended(tmp_path, monkeypatch):
    path = tmp_path / "a.h5"
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = ["x" * 20]  # of variable length, so that they lie in a heap
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL") + 16
    free = heap + 16 + 24
    assert content[free : free + 8] == bytes(8)  # the object of what is free
    assert any(content[free + 8 : free + 16])  # and its size, by which the next is looked for
    content[free + 8 : free + 16] = bytes(8)
    path.write_bytes(content)
    monkeypatch.setattr(limits, "HDF5_SECONDS", 2)
    # A version of HDF5 that sees through it says so at once.
    assert re.search("could not be read within 2 seconds|is not a", refusal(path))
    (tmp_path / "program.py").write_text("while True:\n    pass\n")
    monkeypatch.setattr(keras, "PROGRAM", tmp_path / "program.py")
    monkeypatch.setattr(limits, "HDF5_SECONDS", 1)
    assert "could not be read within 1 seconds" in refusal(path)


def test_an_archive_of_something_else(tmp_path):
    (tmp_path / "a.keras").write_bytes(b"x")
    assert "is not a whole .keras archive" in refusal(tmp_path / "a.keras")
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "{}")
    assert "no item named 'model.weights.h5'" in refusal(tmp_path / "a.keras")


def test_an_archive_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "WEIGHTS_BYTES", 1 << 20)
    with zipfile.ZipFile(tmp_path / "a.keras", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", json.dumps(meso4_config()))
        archive.writestr("model.weights.h5", bytes(1 << 21))
    assert "unpacks to more than 1,048,576 bytes" in refusal(tmp_path / "a.keras")


def test_a_chunk_that_is_larger_than_its_array(tmp_path):
    """Two gigabytes, compressed to two megabytes, for eight numbers."""
    with h5py.File(tmp_path / "a.h5", "w") as file:
        vars_of = file.create_group("layers/dense/vars")
        vars_of.create_dataset("0", (8,), "f4", chunks=(1 << 29,), maxshape=(None,))
        vars_of.create_dataset("1", (8,), "f4", chunks=(8,), maxshape=(None,), fillvalue=2)
    with open_weights(tmp_path / "a.h5") as file:
        assert file.arrays["dense/bias"].read().tolist() == [2] * 8
        said = "'dense/kernel' is kept in chunks of 2147483648 bytes, more than it needs"
        with pytest.raises(WeightFileError, match=said):
            file.arrays["dense/kernel"].read()


def test_groups_without_end(tmp_path):
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["layers/inner"] = file["/"]  # a group that holds itself
    assert "more groups than a network's weights need" in refusal(tmp_path / "a.h5")


def test_two_arrays_of_one_name(tmp_path):
    write_keras_3(
        tmp_path / "a.h5", {"conv2d": {"kernel": np.ones(1)}, "conv2d_1": {"kernel": np.ones(1)}}
    )
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["layers/conv2d_1/vars"].attrs["name"] = "conv2d"
    assert "holds two arrays named 'conv2d/kernel'" in refusal(tmp_path / "a.h5")


def test_a_batch_normalisation_without_beta_says_how_many_arrays_it_lacks(tmp_path, meso4):
    layers = in_order(meso4_layers())
    del layers["batch_normalization_10"]["beta"]
    write_keras_3(tmp_path / "a.weights.h5", layers)
    with pytest.raises(
        WeightFileError, match=r"holds 3 arrays of batch_normalization_10, .* needs 4"
    ):
        load_weights(tmp_path / "a.weights.h5", *meso4)


def test_a_byte_order_mark_before_the_description(tmp_path, meso4):
    write_keras_3(tmp_path / "w.h5", in_order(meso4_layers()))
    with zipfile.ZipFile(tmp_path / "a.keras", "w") as archive:
        archive.writestr("config.json", "\ufeff" + json.dumps(meso4_config()))
        archive.write(tmp_path / "w.h5", "model.weights.h5")
    params, _, _ = load_weights(tmp_path / "a.keras", *meso4, fake_output="1")
    assert biases(params) == [1.5, 2.5, 3.5, 4.5]
