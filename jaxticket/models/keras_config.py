"""What a Keras file says of its own network, compared with the detector.

Each layer with weights reads an expression such as "conv2d > relu": the layers that it comes from
and what is done to their outputs on the way. Layers that do nothing in evaluation (dropout) and
flattening, which the shapes show, are left out. The description is data: nothing is run.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jaxticket.models.architecture import KerasLayer
from jaxticket.models.weight_files import WeightFileError, refusing

KINDS = {
    "Conv2D": "conv2d",
    "Convolution2D": "conv2d",
    "BatchNormalization": "batch_normalization",
    "BatchNormalizationV1": "batch_normalization",
    "Dense": "dense",
}
"""The kinds of layers with weights, by the names of Keras' classes."""

IDLE = ("InputLayer", "Dropout", "SpatialDropout2D", "GaussianDropout", "GaussianNoise",
        "AlphaDropout", "ActivityRegularization", "Identity")  # fmt: skip
MODELS = ("Functional", "Sequential", "Model")
LEAVES = {"center": " (beta)", "scale": " (gamma)"}
"""The arrays that batch normalisation has by a setting."""
PICTURE = "picture"
MAX_LENGTH = 2000
"""Most characters of an expression: layers that are read twice and twice again would double it."""


def layer_names(config: Any, kind: str) -> list[str]:
    """Return the names of the layers of a kind, in the order of the description."""
    return [name for name, node in _nodes(config).items() if KINDS.get(node["class_name"]) == kind]


def contradictions(
    config: Any,
    ours: Mapping[str, str],
    expected: Mapping[str, KerasLayer],
    epsilon: float,
    detector: str,
) -> Iterator[str]:
    """Yield what a description says otherwise than the detector, layer by layer.

    Args:
        config: Keras' description of the model.
        ours: the file's layers -> the detector's.
        expected: the detector's layers.
        epsilon: of the detector's batch normalisation.
        detector: its name.

    Raises:
        WeightFileError: the description is not that of one network with one output.
    """
    theirs = {layer: name for name, layer in ours.items()}
    nodes = _nodes(config)
    reads, output = _expressions(config, nodes)
    for layer, row in expected.items():
        if (name := theirs[layer]) not in nodes:
            raise WeightFileError(f"has weights of a layer {name!r} that it does not describe")
        wanted = re.sub(r"[\w.]+", lambda word: theirs.get(word[0], word[0]), row.reads)
        pairs = [("reads", reads[name], wanted), *_settings(nodes[name]["config"], row, epsilon)]
        for what, found, ours_has in pairs:
            if found != ours_has:
                where = name if name == layer else f"{name} ({layer})"
                yield f"{where} {what} {found}, where {detector} has {ours_has}"
    last, _, activation = output.partition(" > ")
    units = nodes.get(last, {"config": {}})["config"].get("units", 1)
    allowed = ("", "sigmoid") if units == 1 else ("", "softmax")
    if activation not in allowed:
        yield f"its output is {output}, where {detector} has {last} > {allowed[1]}"


def _settings(config: Any, row: KerasLayer, epsilon: float) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and expected value of those settings of a layer that are given."""
    expected = {"data_format": "channels_last", "groups": 1}
    if row.kind == "conv2d":
        expected |= {"padding": "same", "strides": 1, "dilation_rate": row.dilation}
    if row.kind == "batch_normalization":
        expected |= {"epsilon": epsilon, "axis": -1, "center": True, "scale": True}
    for name, wanted in expected.items():
        if (value := config.get(name)) is not None:
            value = _plain(value)
            same_axis = name == "axis" and value == 3
            yield f"has {name}{LEAVES.get(name, '')}", wanted if same_axis else value, wanted


def _plain(value: Any) -> Any:
    """Return a setting as one value where its parts are alike: [2, 2] is 2."""
    if isinstance(value, list) and value and all(part == value[0] for part in value):
        return value[0]
    return float(f"{value:.6g}") if isinstance(value, float) else value


def _nodes(config: Any) -> dict[str, Any]:
    """Return a model's layers by their names, as they are described."""
    with refusing("has a description of its model that is not understood"):
        body = config["config"]
        layers = body if isinstance(body, list) else body["layers"]
        for layer in layers:
            if not isinstance(layer["class_name"], str):
                raise TypeError(f"class_name {layer['class_name']}")
            if layer["class_name"] in MODELS:
                name = layer["config"]["name"]
                raise WeightFileError(
                    f"holds a model inside a model ({name!r}): save the inner one alone, in Keras "
                    f"model.get_layer({name!r}).save(...)"
                )
        return {
            str(layer["config"]["name"]): layer | {"class_name": _kind(layer)} for layer in layers
        }


def _kind(node: Mapping[str, Any]) -> str:
    """Return a class's name; Keras 3 registers those of others: `my>Conv2D` is not `Conv2D`."""
    kind, registered = str(node["class_name"]), node.get("registered_name")
    if not registered or kind == "function":
        return kind
    return registered if ">" in registered else f"Custom>{kind}"


def _expressions(config: Any, nodes: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Return what each layer reads, and the model's output."""
    reads: dict[str, str] = {}
    outputs: dict[str, str] = {}
    before = PICTURE
    with refusing("has a description of its model that is not understood"):
        for name, node in nodes.items():
            calls = node.get("inbound_nodes") or []
            if len(calls) > 1:
                raise WeightFileError(f"uses its layer {name} {len(calls)} times: it is shared")
            if _in_training(calls):
                raise WeightFileError(f"always calls its layer {name} with training=True")
            sources = list(_sources(calls, nodes))
            if calls and not sources:
                raise WeightFileError(f"does not describe what its layer {name} reads")
            inputs = [outputs[source] for source in sources] or [before]
            joined = inputs[0] if len(inputs) == 1 else f"({', '.join(inputs)})"
            if len(joined) > MAX_LENGTH:
                raise WeightFileError(f"describes a network too intricate at its layer {name}")
            reads[name] = joined
            outputs[name] = before = _output(name, node, joined)
        body = config["config"]
        ends = list(_sources(body.get("output_layers"), nodes)) if isinstance(body, dict) else []
    if len(ends) > 1:
        raise WeightFileError(f"describes a model of several outputs: {', '.join(ends)}")
    return reads, outputs[ends[0]] if ends else before


def _sources(calls: Any, nodes: Mapping[str, Any]) -> Iterator[str]:
    """Yield the layers that a call names, whichever version of Keras wrote it: [name, 0, 0]."""
    if isinstance(calls, dict):
        for value in calls.values():
            yield from _sources(value, nodes)
    elif isinstance(calls, list):
        if len(calls) >= 3 and isinstance(calls[0], str) and calls[0] in nodes:
            yield calls[0]
        else:
            for value in calls:
                yield from _sources(value, nodes)


def _in_training(calls: Any) -> bool:
    """Return whether a layer is called as in training, whichever way it is used."""
    if isinstance(calls, dict):
        return bool(calls.get("training")) or any(map(_in_training, calls.values()))
    return isinstance(calls, list) and any(map(_in_training, calls))


def _output(name: str, node: Mapping[str, Any], inputs: str) -> str:
    kind, config = node["class_name"], node["config"]
    if kind in KINDS:
        inputs = name
        step = _activation(config.get("activation"))
    elif kind == "Concatenate" and config.get("axis", -1) in (-1, 3):
        return f"concatenate{inputs}"
    else:
        step = _step(kind, config, inputs)
    return f"{inputs} > {step}" if step else inputs


def _step(kind: str, config: Mapping[str, Any], inputs: str) -> str:
    """Return what a layer without weights does, "" where that is nothing."""
    if kind in IDLE or (kind == "Flatten" and config.get("data_format") != "channels_first"):
        return ""
    if kind == "Activation":
        return _activation(config.get("activation"))
    if kind == "Softmax":
        return "softmax"
    if kind in ("ReLU", "LeakyReLU"):
        return _rectifier(kind, config)
    if kind == "Rescaling" and inputs == PICTURE:
        # A detector scales its pixels to [0, 1] itself.
        unit = abs(config["scale"] * 255 - 1) < 1e-3 and config.get("offset", 0) == 0
        return "" if unit else f"rescaling {config['scale']:.4g}, {config.get('offset', 0):.4g}"
    if kind in ("MaxPooling2D", "AveragePooling2D"):
        size = _plain(config.get("pool_size"))
        others = {"strides": size, "padding": "same", "data_format": "channels_last"}
        given = {key: _plain(config.get(key) or value) for key, value in others.items()}
        more = [f" {key} {value}" for key, value in given.items() if value != others[key]]
        return f"{'max' if kind.startswith('Max') else 'average'}_pool {size}" + "".join(more)
    return kind if kind != "ELU" else "elu"


def _activation(activation: Any) -> str:
    if isinstance(activation, dict):  # of a class, or of a function as newer versions write it
        config = activation.get("config")
        if isinstance(config, dict):
            return _step(_kind(activation), config, "")
        activation = config
    if activation == "leaky_relu":
        return "leaky_relu 0.2"  # of Keras, where nothing else is said
    return "" if activation in (None, "linear") else str(activation)


def _rectifier(kind: str, config: Mapping[str, Any]) -> str:
    default = 0.3 if kind == "LeakyReLU" else 0.0
    slope = next((config[key] for key in ("negative_slope", "alpha") if key in config), default)
    slope = slope["value"] if isinstance(slope, dict) else slope or 0.0
    more = [f" {key} {config[key]:.4g}" for key in ("max_value", "threshold") if config.get(key)]
    return (f"leaky_relu {slope:.4g}" if slope else "relu") + "".join(more)
