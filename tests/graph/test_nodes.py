"""Graphs as they are written, and what is none."""

import json

import pytest

from jaxticket.graph import from_json, readers, to_json
from jaxticket.graph.nodes import IMAGES, Relu
from tests.graph.networks import NAMES, traced


@pytest.mark.parametrize("name", NAMES)
def test_a_written_graph_is_read_again(name):
    graph, _ = traced(name)
    assert from_json(json.loads(json.dumps(to_json(graph)))) == graph


def test_readers_are_found():
    graph, _ = traced("resnet18")
    found = readers(graph)
    assert [node.name for node in found[IMAGES]] == ["conv1"]
    pool = next(node.name for node in graph.nodes if node.name.startswith("max_pool"))
    assert [node.name for node in found[pool]] == ["layer1.0.conv1", "add:1"]
    assert found[graph.output] == []


BROKEN = {
    "no nodes": ({"nodes": []}, "no nodes"),
    "unknown kind": ({"nodes": [{"type": "sigmoid", "name": "a", "reads": []}]}, "sigmoid"),
    "reads what comes later": (
        {"nodes": [{"type": "relu", "name": "a", "reads": ["b"]}]}, "reads 'b', unknown"
    ),
    "two of a name": (
        {"nodes": [{"type": "relu", "name": "a", "reads": ["images"]}] * 2}, "two nodes named 'a'"
    ),
    "one sum of one": ({"nodes": [{"type": "add", "name": "a", "reads": ["images"]}]}, "reads 1"),
    "no name": ({"nodes": [{"type": "relu", "name": "", "reads": ["images"]}]}, "without a name"),
    "stride of text": (
        {"nodes": [{"type": "conv", "name": "a", "reads": ["images"], "stride": "2"}]}, "stride"
    ),
    "stride of nothing": (
        {"nodes": [{"type": "conv", "name": "a", "reads": ["images"], "stride": 0}]}, "stride"
    ),
    "division by nothing": ({"std": [1.0, 0.0, 1.0]}, "std"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "words"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_graph_is_refused(changes, words):
    graph, _ = traced("cnn5")
    with pytest.raises(ValueError, match=words):
        from_json(to_json(graph) | changes)


def test_a_node_without_weights_has_no_arrays():
    assert Relu(name="a", reads=("b",)).arrays() == ()
