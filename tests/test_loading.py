import jax
import numpy as np
import pytest

from jaxticket.loading import load_level
from jaxticket.models import build, width_of
from jaxticket.recipe import ControlOf, Recipe, to_json
from jaxticket.runs.files import write_json
from jaxticket.runs.weights import save_weights
from jaxticket.trees import size
from jaxticket.weights import dense

SIDE = 32


def kept(path, detector, **options):
    """Write a run folder of one level, as far as loading reads it; return its weights."""
    weights = dense(*detector.init(jax.random.key(0), SIDE))
    recipe = Recipe(model="meso4", image_size=SIDE, batch_size=2, **options)
    write_json(path / "config.json", to_json(recipe))
    save_weights(path / "level_03" / "checkpoint", weights)
    return weights


def test_several_batches_are_answered_in_order(tmp_path):
    detector = build("meso4")
    weights = kept(tmp_path, detector)
    loaded = load_level(tmp_path, 3)
    pictures = np.random.default_rng(0).integers(0, 256, (5, SIDE, SIDE, 3), dtype=np.uint8)
    logits = loaded.logits(pictures)
    assert (logits.shape, logits.dtype) == ((5, 1), np.float32)
    whole = detector.normalise(pictures)
    want, _ = detector.apply(weights.params, weights.batch_stats, whole)
    np.testing.assert_allclose(logits, want, rtol=1e-4, atol=1e-5)


def test_a_network_of_classes_has_a_logit_for_each(tmp_path):
    kept(tmp_path, build("meso4", 3), task="method", classes=("real", "a", "b"))
    assert load_level(tmp_path, 3).detector == build("meso4", 3)


def test_a_small_dense_control_is_as_narrow_as_it_was(tmp_path):
    narrow = build("meso4", 1, width_of("meso4", 1, SIDE, 6000))
    weights = kept(tmp_path, narrow, control=ControlOf(kind="small_dense", level=3))
    assert size(weights.params) < size(build("meso4").init(jax.random.key(0), SIDE)[0])
    assert load_level(tmp_path, 3).detector == narrow


def test_weights_of_another_detector_are_no_damage(tmp_path):
    kept(tmp_path, build("meso4", 2))
    with pytest.raises(ValueError, match=r"holds no meso4 of 32 pixels.*: fc/bias is \(.*, not \("):
        load_level(tmp_path, 3)


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no run"):
        load_level(tmp_path, 3)
    kept(tmp_path, build("meso4"))
    with pytest.raises(FileNotFoundError, match="holds the arrays of the levels 3"):
        load_level(tmp_path, 0)
