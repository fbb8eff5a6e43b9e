"""Malformed, truncated and hostile files are refused with a reason, before they cost anything."""

import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jaxticket.graph import to_json
from jaxticket.tickets import Refused, Ticket, file, load_ticket, save_dense, save_ticket
from tests.calibration.scored import calibration, scores
from tests.graph.small import EVERY_KIND, drawn
from tests.tickets.small import manifest, taken_apart, ticket, write

KERNEL = "layer1.0.conv1/kernel"


@pytest.fixture(params=[save_ticket, save_dense])
def whole(request, tmp_path):
    """A whole ticket of each form."""
    request.param(tmp_path / "whole", ticket())
    return tmp_path / "whole"


@pytest.fixture
def packed(tmp_path):
    save_ticket(tmp_path / "packed", ticket())
    return tmp_path / "packed"


def refusal(path):
    with pytest.raises(Refused) as refused:
        load_ticket(path)
    return str(refused.value)


def test_a_ticket_that_is_cut_off_is_refused_wherever(whole):
    content = whole.read_bytes()
    for end in range(len(content)):
        whole.write_bytes(content[:end])
        refusal(whole)


def test_every_changed_byte_of_the_arrays_is_found(packed):
    content = bytearray(packed.read_bytes())
    for place in range(8 + int.from_bytes(content[:8], "little"), len(content)):
        content[place] ^= 1
        packed.write_bytes(content)
        refusal(packed)
        content[place] ^= 1


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_changed_bytes_are_refused_or_harmless(whole, data):
    content = bytearray(whole.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    changed = whole.with_name("changed")
    changed.write_bytes(content)
    try:
        loaded = load_ticket(changed)
    except Refused:
        return
    assert all(np.isfinite(leaf).all() for leaf in loaded.params.values())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("params/../x", "no path of plain words"),
        ("/params/x", "no path of plain words"),
        ("params\\x", "no path of plain words"),
        ("params/./x", "no path of plain words"),
        ("params/\u202e", "no path of plain words"),
        ("other/x", "no part of a ticket"),
        ("params", "no part of a ticket"),
    ],
)
def test_names_that_lead_elsewhere(packed, name, said):
    header, body = taken_apart(packed)
    header[name] = header.pop("params/fc/bias")
    assert said in refusal(write(packed, header, body))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"dtype": "F64"}, "is of the type 'F64'"),
        ({"dtype": ["F32"]}, "is of the type"),
        ({"dtype": "F16"}, "its shape needs 2"),
        ({"shape": [2]}, "its shape needs 8"),
        ({"shape": [-1]}, "the shape of params/fc/bias is none"),
        ({"shape": [True]}, "the shape of params/fc/bias is none"),
        ({"shape": [1 << 50, 1 << 50]}, "the shape of params/fc/bias is none"),
        ({"shape": [1 << 40, 1 << 40]}, "the shape of params/fc/bias is none"),
        ({"shape": [0, 1 << 40, 1 << 40]}, "the shape of params/fc/bias is none"),
        ({"shape": [1 << 40]}, "its shape needs"),
        ({"shape": [1] * 9}, "the shape of params/fc/bias is none"),
        ({"data_offsets": [0]}, "the place of params/fc/bias is none"),
        ({"data_offsets": [0, 1 << 60]}, "the place of params/fc/bias is none"),
        ({"data_offsets": [1 << 40, 1 << 41]}, "begins at byte"),
        ({"more": 1}, "otherwise than safetensors do"),
    ],
)
def test_an_array_described_wrongly(packed, changed, said):
    header, body = taken_apart(packed)
    header["params/fc/bias"] |= changed
    assert said in refusal(write(packed, header, body))


def test_arrays_that_overlap_or_leave_room(packed):
    header, body = taken_apart(packed)
    assert "the file has" in refusal(write(packed, header, body + b"12345678"))
    mean = header["batch_stats/bn1/mean"]["data_offsets"]
    header["batch_stats/bn1/var"]["data_offsets"] = mean
    assert "begins at byte" in refusal(write(packed, header, body))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (b"[]", "its header is no JSON object"),
        (b"{}", "lack 'jaxticket'"),
        (b'{"__metadata__": {"jaxticket": 3}}', "lack 'jaxticket'"),
        (b'{"__metadata__": 3}', "lack 'jaxticket'"),
        (b'{"a": 1, "a": 2}', "a name stands twice in its header"),
        (b'{"a": ' + b"[" * 100_000, "its header is no JSON"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "9999 stands in its header"),
        (b'{"a": 1e999}', "1e999 stands in its header"),
        (b'{"a": "\\ud800"}', "its header is no JSON"),
        (b'{"a": NaN}', "NaN stands in its header"),
        (b"\xff\xfe{}", "its header is no JSON"),
    ],
)
def test_headers_that_are_none(tmp_path, header, said):
    assert said in refusal(write(tmp_path / "a", header))


def test_a_huge_header_is_not_read(tmp_path):
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.write((1 << 40).to_bytes(8, "little"))
        file.truncate((1 << 40) + 8)  # a hole: it takes no room
    assert "its header has 1,099,511,627,776 bytes, more than 4,194,304" in refusal(path)


def with_manifest(path, change):
    """Change the manifest of a packed ticket, as text or as an object."""
    header, body = taken_apart(path)
    said = json.loads(header["__metadata__"]["jaxticket"])
    text = change(said)
    header["__metadata__"]["jaxticket"] = text if isinstance(text, str) else json.dumps(said)
    return write(path, header, body)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: m.update(schema=3), "schema 3, and this version reads schemas 1 to 2"),
        (lambda m: m.update(schema=True), "schema True"),
        (lambda m: m.update(schema="2"), "schema '2'"),
        (lambda m: m.update(level="x"), "Expected `int`, got `str` - at `$.level`"),
        (lambda m: m.update(kind="\n\x1b[31m" * 999), r"it is a \n\x1b[31m\n\x1b[31m"),
        (lambda m: m.update(level=4), "the SHA-256 of its manifest is another"),
        (lambda m: m.update(licence="none"), "the SHA-256 of its manifest is another"),
        (lambda m: m.update(hashes=None), "the SHA-256 of its arrays is another"),
        (lambda m: m.update(weights_left=4), "its manifest has 4 weights left, its arrays 3"),
        (lambda m: m.update(sparsity=0.5), "a sparsity of 0.5, its arrays another"),
        (lambda m: m.update(classes=["real"]), "1 classes, 1 logits"),
        (lambda m: m["preprocessing"].update(mean=[0.5]), "three channels"),
        (lambda m: m["prunable"].pop(KERNEL), "its arrays 0"),
        (lambda m: m["prunable"][KERNEL].update(shape=[2, 3]), "has not 4 weights"),
        (lambda m: m["prunable"][KERNEL].update(shape=[-2, -2]), "has not 4 weights"),
        (lambda m: m["prunable"][KERNEL].update(shape=[1 << 30], weights=1 << 30),
         "claims 1,073,741,830 prunable weights, more than "),
        (lambda m: m["prunable"][KERNEL].update(shape=[64], weights=64), "another"),
        (lambda m: '{"schema": 2, "schema": 2}', "a name stands twice in its manifest"),
        (lambda m: "[" * 100_000, "its manifest is no JSON"),
        (lambda m: "3", "its manifest is no JSON object"),
    ],
)  # fmt: skip
def test_manifests_that_do_not_fit(packed, change, said):
    reason = refusal(with_manifest(packed, change))
    assert said in reason
    assert reason.isprintable()
    assert len(reason) < 1000


def test_no_more_weights_than_the_file_is_large_enough_for(packed, monkeypatch):
    monkeypatch.setattr(file, "TICKET_WEIGHTS", 10)
    load_ticket(packed)
    monkeypatch.setattr(file, "TICKET_WEIGHTS", 9)
    assert "its manifest claims 10 prunable weights, more than 9" in refusal(packed)
    monkeypatch.undo()
    monkeypatch.setattr(file, "TICKET_WEIGHTS_A_BYTE", 0)
    assert "its manifest claims 10 prunable weights, more than 0" in refusal(packed)


def node(graph, name):
    return next(each for each in graph["nodes"] if each["name"] == name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda g: None, ""),
        (lambda g: g["nodes"].pop(), "its graph gives (6,), not 2 logits"),
        (lambda g: g.update(image_size=7), "its graph is of pictures of 7 pixels, not 8"),
        (lambda g: g.update(image_size=4096), "'g.relu' gives an output of shape (4094, 4094, 4)"),
        (lambda g: g.update(std=[1.0, 0.0, 1.0]), "std must be above 0"),
        (lambda g: node(g, "a").update(pads=[[4096, 4096]] * 2),
         "'a.relu' gives an output of shape (8198, 8198, 6): with it one picture of 8 pixels"),
        (lambda g: node(g, "pool").update(pads=[[0, 3], [0, 0]]), "windows of padding alone"),
        (lambda g: node(g, "fg").update(reads=["f"] * 9000), "more than 8,192 nodes or reads"),
        (lambda g: node(g, "d").update(type="conv"), "'d' has or reads arrays"),
        (lambda g: node(g, "dense").update(type="conv"), "'dense' cannot read"),
        (lambda g: node(g, "logits").update(name="x"), "'x/kernel' of the graph is not there"),
    ],
)  # fmt: skip
def test_graphs_that_lie(tmp_path, change, said):
    """Whoever writes a ticket can hash it: these hashes are right."""
    graph, arrays = json.loads(json.dumps(to_json(EVERY_KIND))), drawn(0, 0.5)
    change(graph)
    leaves = {path: array.astype(np.float32) for path, array in arrays.items()}
    masks = {path: leaf != 0 for path, leaf in leaves.items() if path.endswith("/kernel")}
    said_of = manifest(graph=graph, logits=2, image_size=8)
    save_ticket(tmp_path / "a", Ticket(leaves, {}, masks, said_of))
    if said:
        assert said in refusal(tmp_path / "a")
    else:
        assert load_ticket(tmp_path / "a").manifest.graph == graph


def stored(path, **arrays):
    """Give the file other arrays, in place of those of the same names, and no others' places."""
    header, body = taken_apart(path)
    parts, end = [], 0
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, stop = entry["data_offsets"]
        content = body[start:stop]
        if name in arrays and arrays[name] is not None:
            array = arrays[name]
            kind = {"f4": "F32", "u1": "U8", "u2": "U16", "f2": "F16"}[array.dtype.str[1:]]
            entry |= {"dtype": kind, "shape": list(array.shape)}
            content = array.tobytes()
        entry["data_offsets"] = [end, end + len(content)]
        end += len(content)
        parts.append(content)
    return write(path, header, b"".join(parts))


@pytest.mark.parametrize(
    ("name", "array", "said"),
    [
        (f"values/{KERNEL}", np.array([1, 2, np.nan], "f4"), "is not finite"),
        (f"values/{KERNEL}", np.array([1, 2, np.inf], "f4"), "is not finite"),
        (f"values/{KERNEL}", np.ones(2, "f4"), "has 2 weights left, not 3"),
        (f"values/{KERNEL}", np.ones((3, 1), "f4"), "are float32[3, 1]"),
        (f"values/{KERNEL}", np.ones(3, "f2"), "are float16[3]"),
        (f"values/{KERNEL}", np.ones(3, "u1"), "are uint8[3]"),
        (f"values/{KERNEL}", np.array([1, 2, 3], "f4"), "the SHA-256 of its arrays is another"),
        (f"mask_bits/{KERNEL}", np.array([0b10111], "u1"), "1 bytes are no bits of 4 weights"),
        (f"mask_bits/{KERNEL}", np.array([0b11], "u1"), "3 values for 2 survivors"),
        (f"mask_bits/{KERNEL}", np.array([[0b111]], "u1"), "is uint8[1, 1]"),
        (f"mask_bits/{KERNEL}", np.array([0b111], "f2"), "is float16[1]"),
        (f"mask_bits/{KERNEL}", np.array([0b111], "u2"), "is uint16[1]"),
        ("params/fc/bias", np.array([1], "f2"), "fc/bias is float16, not float32"),
        ("batch_stats/bn1/var", np.array([1, -1], "f4"), "bn1/var is a variance below 0"),
    ],
)
def test_arrays_that_do_not_fit(packed, name, array, said):
    assert said in refusal(stored(packed, **{name: array}))


@pytest.mark.parametrize(
    ("name", "to", "said"),
    [
        (f"values/{KERNEL}", "values/x", "are not of the same arrays"),
        (f"values/{KERNEL}", f"params/{KERNEL}", "are not of the same arrays"),
        ("params/fc/bias", f"mask_gaps/{KERNEL}", "are not of the same arrays"),
        ("params/fc/bias", f"params/{KERNEL}", f"holds {KERNEL} twice"),
        ("params/fc/bias", "params/fc/kernel/x", "fc/kernel is both an array and a layer"),
        ("batch_stats/bn1/var", "batch_stats/bn1/mean/x", "bn1/mean is both an array and a layer"),
    ],
)
def test_arrays_under_others_names(packed, name, to, said):
    header, body = taken_apart(packed)
    header[to] = header.pop(name)
    assert said in refusal(write(packed, header, body))


def test_a_calibration_that_cannot_be(tmp_path):
    ramp = np.arange(60.0)
    save_ticket(tmp_path / "a", ticket(calibration=calibration(scores(ramp, ramp))))
    assert load_ticket(tmp_path / "a").manifest.calibration is not None
    header, body = taken_apart(tmp_path / "a")
    said = json.loads(header["__metadata__"]["jaxticket"])
    said["calibration"]["frames"]["temperature"] = 0.0
    header["__metadata__"]["jaxticket"] = json.dumps(said)
    write(tmp_path / "a", header, body)
    assert "> 0.0 - at `$.calibration.frames.temperature`" in refusal(tmp_path / "a")
