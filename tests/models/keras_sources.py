"""Small Keras weight files as Keras writes them, without Keras."""

import json
import zipfile

import h5py
import jax
import jax.numpy as jnp
import numpy as np

from jaxticket.models import build


def write_keras(path, layers, *, root="/"):
    """Write `{layer: {weight: array}}` as Keras 2 does, layers listed in the dict's order."""
    with h5py.File(path, "w") as file:
        group = file.require_group(root)
        group.attrs["layer_names"] = np.array(list(layers), "S")
        for layer, weights in layers.items():
            names = [f"{layer}/{weight}:0" for weight in weights]
            group.create_group(layer).attrs["weight_names"] = np.array(names, "S")
            for name, array in zip(names, weights.values(), strict=True):
                group[layer][name] = array


def conv(side, inputs, outputs, value):
    return {
        "kernel": np.full((side, side, inputs, outputs), value, np.float32),
        "bias": np.full(outputs, value + 0.5, np.float32),
    }


def dense(inputs, outputs, value):
    return {
        "kernel": np.full((inputs, outputs), value, np.float32),
        "bias": np.full(outputs, value + 0.5, np.float32),
    }


def norm(size, value):
    leaves = ("gamma", "beta", "moving_mean", "moving_variance")
    return {leaf: np.full(size, value + i / 10, np.float32) for i, leaf in enumerate(leaves)}


def meso4_layers(inputs=64, classes=1):
    """A Meso4 for pictures of 64 pixels: numbers from 9 on, so that text would sort them wrong."""
    return {
        "dense_10": dense(16, classes, 22),
        "dense_9": dense(inputs, 16, 21),
        "flatten_2": {},
        "conv2d_9": conv(3, 3, 8, 1),
        "conv2d_12": conv(5, 16, 16, 4),
        "conv2d_10": conv(5, 8, 8, 2),
        "conv2d_11": conv(5, 8, 16, 3),
        "batch_normalization_12": norm(16, 14),
        "batch_normalization_9": norm(8, 11),
        "batch_normalization_11": norm(16, 13),
        "batch_normalization_10": norm(8, 12),
    }


def with_zeros(name):
    """A detector for pictures of 64 pixels, with trees of zeros."""
    detector = build(name)
    shapes = jax.eval_shape(lambda key: detector.init(key, 64), jax.random.key(0))
    return detector, *jax.tree.map(lambda leaf: jnp.zeros(leaf.shape, leaf.dtype), shapes)


def node(kind, name, inputs=(), **config):
    """A layer as Keras 2 describes it, with the layers whose outputs it reads."""
    calls = [[[source, 0, 0, {}] for source in inputs]] if inputs else []
    return {
        "class_name": kind,
        "name": name,
        "config": {"name": name} | config,
        "inbound_nodes": calls,
    }


def meso4_config(**changes):
    """The description of `meso4_layers`; a change gives a layer other settings, or another kind."""
    size = {"strides": [1, 1], "padding": "same", "dilation_rate": [1, 1], "activation": "relu"}
    layers = [node("InputLayer", "input_1")]

    def add(kind, name, **config):
        config |= changes.get(name, {})
        kind = config.pop("kind", kind)
        layers.append(node(kind, name, [layers[-1]["name"]], **config))

    for index, pool in enumerate((2, 2, 2, 4), start=1):
        add("Conv2D", f"conv2d_{8 + index}", **size)
        add("BatchNormalization", f"batch_normalization_{8 + index}", epsilon=0.001, axis=[3])
        add(
            "MaxPooling2D",
            f"pool_{index}",
            pool_size=[pool] * 2,
            strides=[pool] * 2,
            padding="same",
        )
    add("Flatten", "flatten_2")
    add("Dropout", "dropout_1", rate=0.5)
    add("Dense", "dense_9", activation="linear", units=16)
    add("LeakyReLU", "leaky_1", alpha=0.10000000149011612)
    add("Dense", "dense_10", activation="sigmoid", units=1)
    outputs = [[layers[-1]["name"], 0, 0]]
    return {"class_name": "Model", "config": {"layers": layers, "output_layers": outputs}}


def write_described(path, config, layers=None):
    """Write a whole model, its description beside its weights, as Keras 2 `save` does."""
    write_keras(path, layers or meso4_layers(), root="model_weights")
    with h5py.File(path, "r+") as file:
        file.attrs["model_config"] = json.dumps(config)


def write_keras_3(path, layers, *, names=True, root=""):
    """Write `{layer: {weight: array}}` as Keras 3 does: by place, and with the names if newer."""
    with h5py.File(path, "w") as file:
        counts = {}
        for name, weights in layers.items():
            kind = name.rstrip("0123456789").rstrip("_")
            number = counts[kind] = counts.get(kind, -1) + 1
            place = f"{kind}_{number}" if number else kind
            group = file.create_group(f"{root}layers/{place}/vars")
            if names:
                group.attrs["name"] = name
            for index, array in enumerate(weights.values()):
                group[str(index)] = array
        file["optimizer/vars/0"] = np.zeros(3)


def write_archive(path, config, weights):
    """Write the archive .keras of a weight file."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.json", "{}")
        archive.writestr("config.json", json.dumps(config))
        archive.write(weights, "model.weights.h5")
