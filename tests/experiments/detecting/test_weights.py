"""Weights from elsewhere answer as a ticket of their own."""

import json
import sys

import jax.numpy as jnp
import numpy as np
import pytest
from PIL import Image

from experiments import calibrate, detect, ticket
from experiments.detecting.network import load_network
from experiments.detecting.source import open_source
from experiments.detecting.weights import ticket_of_weights
from experiments.options.weights import Elsewhere
from experiments.tickets.network import network_of
from jaxticket.models import build
from jaxticket.tickets import load_ticket, save_dense, save_ticket, verify
from tests.models.keras_sources import dense, meso4_layers, write_keras
from tests.models.test_parity import MESONET_PICTURES, MESONET_SCORES, mesonet_folder, picture


@pytest.fixture
def keras(tmp_path):
    """A Meso4 of Keras with random weights, for pictures of 64 pixels."""
    draw = np.random.default_rng(3)
    layers = {
        layer: {
            name: (np.abs if name == "moving_variance" else np.asarray)(
                draw.normal(0, 0.3, array.shape).astype(np.float32)
            )
            for name, array in weights.items()
        }
        for layer, weights in meso4_layers().items()
    }
    write_keras(tmp_path / "meso.h5", layers)
    return tmp_path / "meso.h5"


@pytest.fixture
def crops():
    """Four pictures of noise."""
    return np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), np.uint8)


def elsewhere(path, **more):
    return Elsewhere(**{"init_from": path, "model": "meso4", "image_size": 64} | more)


def scores(path, found, crops):
    return load_network(*network_of(path, found), "numpy", 1).scores(crops)


@pytest.mark.parametrize(("fake_output", "sign"), [("0", -1), ("1", 1)])
def test_a_keras_file_scores_as_the_detector_with_its_weights(keras, crops, fake_output, sign):
    found = ticket_of_weights(elsewhere(keras, fake_output=fake_output))
    other = ticket_of_weights(elsewhere(keras, fake_output="1"))
    detector = build("meso4")
    trees = ({}, {})
    for tree, leaves in zip(trees, (other.params, other.batch_stats), strict=True):
        for path, leaf in leaves.items():
            layer, name = path.split("/")
            tree.setdefault(layer, {})[name] = jnp.asarray(leaf)
    want = detector.apply(*trees, detector.normalise(jnp.asarray(crops)))[0][:, 0]
    assert np.ptp(want) > 1e-3
    np.testing.assert_allclose(scores(keras, found, crops), sign * np.asarray(want), atol=1e-4)


def test_an_unpacked_ticket_scores_as_the_ticket(keras, tmp_path, crops):
    packed = ticket_of_weights(elsewhere(keras, fake_output="1"))
    save_dense(tmp_path / "dense.safetensors", packed)
    found = ticket_of_weights(elsewhere(tmp_path / "dense.safetensors"))
    np.testing.assert_array_equal(scores(keras, found, crops), scores(keras, packed, crops))


def test_the_file_made_of_them_says_where_they_come_from(call, keras, tmp_path):
    found = ticket_of_weights(elsewhere(keras, fake_output="0"))
    out = tmp_path / "a.safetensors"
    save_ticket(out, found)
    assert dict(verify(out))["manifest"] == "schema 2, meso4, level 0"
    said = load_ticket(out).manifest
    assert (said.origin.file, said.sparsity, said.metrics, said.recipe) == (
        "meso.h5", 0.0, None, None,
    )  # fmt: skip
    status, text, _ = call(ticket, "show", out)
    assert status == 0
    assert f"of meso.h5, SHA-256 {said.origin.sha256[:16]}; what they were" in text
    assert "its sign was turned" in text
    assert "seed 0" not in text
    status, _, err = call(ticket, "replay", out)
    assert status == 2
    assert "holds the weights of meso.h5, which were not trained here" in err


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"fake_output": "0", "image_size": 32}, "fits here with --image_size=64"),
        ({"fake_output": "0", "model": "cnn5"}, "is of another network than cnn5"),
        ({}, "has one output and does not say what it is the probability of: give --fake_output"),
    ],
)
def test_what_does_not_fit_is_said(keras, more, message):
    with pytest.raises(ValueError, match=message):
        ticket_of_weights(elsewhere(keras, **more))


def test_an_output_layer_of_other_classes_cannot_answer(tmp_path):
    layers = meso4_layers() | {"dense_10": dense(16, 5, 22)}
    write_keras(tmp_path / "five.h5", layers)
    with pytest.raises(ValueError, match=r"its output layer \(fc/bias\) is of other classes"):
        ticket_of_weights(elsewhere(tmp_path / "five.h5"))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--init_from=a.h5", "--image_size=64"], "needs --model, such as --model=meso4"),
        (["--init_from=a.h5", "--model=meso4"], "needs --image_size, such as --image_size=256"),
        (["--init_from=a.h5", "--ticket=b"], "--ticket and --init_from exclude each other"),
        (["--model=meso4", "--ticket=b"], "--model belongs to --init_from: --ticket says its own"),
        ([], "no network is named: give --ticket or --init_from"),
    ],
)
def test_one_network_is_named(call, argv, message):
    status, out, err = call(detect, *argv, "a.jpg")
    assert status == 2
    assert message in " ".join((out + err).replace("│", " ").split())


def test_without_jax_it_is_said_what_needs_it(keras, monkeypatch):
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.delitem(sys.modules, "experiments.detecting.weights")
    with pytest.raises(ImportError, match="are read with JAX, which is not installed here"):
        open_source(None, elsewhere(keras))


def test_detect_says_what_it_does_not_know_of_them(call, keras, pictures, tmp_path):
    argv = f"--init_from={keras}", "--model=meso4", "--image_size=64", "--fake_output=0", "--crops"
    picture = next((pictures / "test" / "fake").glob("*.png"))
    status, out, err = call(detect, *argv, "--engine=numpy", f"--out={tmp_path / 'out'}", picture)
    assert status == 0, err
    said = " ".join(out.split())
    assert "meso4, weights of meso.h5: what they were trained on is not known" in said
    assert "its sign was turned" in said
    assert "not calibrated: no thresholds, hence no answers" in said
    asked = json.loads((tmp_path / "out" / "results.json").read_text())["asked"]
    assert (asked["ticket"], asked["trained_on"]) == ("meso.h5", "unknown data")


def test_they_are_calibrated_into_a_ticket(call, keras, prepared, pictures, data_dir, tmp_path):
    out = tmp_path / "mine.safetensors"
    argv = f"--init_from={keras}", "--model=meso4", "--image_size=64", "--fake_output=0"
    more = f"--dataset={prepared}", f"--data_dir={data_dir}", "--rate=0.3", "--confidence=0.9"
    status, said, err = call(calibrate, *argv, *more, "--engine=numpy", f"--out={out}")
    assert status == 0, err
    assert "calibrated on noise; the ticket was found on unknown data" in said
    manifest = load_ticket(out).manifest
    assert manifest.calibration.data_name == "noise"
    assert manifest.calibration.frames.upper.value is not None
    assert (manifest.origin.file, manifest.metrics, manifest.data.name) == (
        "meso.h5", None, "unknown data",
    )  # fmt: skip
    picture = next((pictures / "test" / "fake").glob("*.png"))
    argv = f"--ticket={out}", "--crops", "--engine=numpy", f"--out={tmp_path / 'out'}", picture
    status, said, err = call(detect, *argv)
    assert status == 0, err
    assert "weights of meso.h5: what they were trained on is not known" in said
    (file,) = json.loads((tmp_path / "out" / "results.json").read_text())["files"]
    assert file["answer"] is not None


@pytest.mark.parametrize("weights", sorted(MESONET_SCORES))
def test_published_weights_score_crops_as_their_own_code(call, tmp_path, weights):
    folder = mesonet_folder()
    crops = [tmp_path / f"{number}.png" for number in range(len(MESONET_PICTURES))]
    for crop, name in zip(crops, MESONET_PICTURES, strict=True):
        Image.fromarray(picture(folder / "test_images" / f"{name}.jpg")).save(crop)
    model = "meso4" if weights.startswith("Meso4") else "mesoinception4"
    file = folder / "weights" / f"{weights}.h5"
    argv = f"--init_from={file}", f"--model={model}", "--image_size=256", "--crops"
    more = "--engine=onnxruntime", "--no_pictures", f"--out={tmp_path / 'out'}"
    status, _, err = call(detect, *argv, *more, *crops)
    assert status == 0, err
    files = json.loads((tmp_path / "out" / "results.json").read_text())["files"]
    real = [1 - file["faces"][0]["probability"] for file in files]
    np.testing.assert_allclose(real, MESONET_SCORES[weights], rtol=0, atol=5e-7)
