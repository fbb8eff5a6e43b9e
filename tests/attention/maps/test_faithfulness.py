import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from jaxticket.attention.maps import area, make_curves, map_order, random_order
from jaxticket.attention.maps.faithfulness import blur_pictures
from tests.tiny import SIDE, TinyDetector, tiny_examples


class Corner:
    """Its logit is the red of the upper left pixel, over 100; it knows nothing else."""

    num_logits = 1

    def __init__(self):
        self.traced = 0

    def normalise(self, images):
        return images / 100

    def apply(self, params, batch_stats, x):
        self.traced += 1
        return x[:, 0, 0, :1] * params, batch_stats


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


PICTURE = np.zeros((1, 2, 2, 3), np.uint8)
PICTURE[0, 0, 0, 0] = 200  # the mean red is 50


def test_deletion_by_hand():
    turns = np.array([[[1, 0], [2, 3]]])  # the corner goes second of four
    curves = make_curves(Corner(), steps=4)(1.0, {}, PICTURE, turns, 1)
    before, after = sigmoid(2), sigmoid(0.5)
    np.testing.assert_allclose(curves.deletion, [[before, before, after, after, after]], rtol=1e-6)
    assert area(curves.deletion) == pytest.approx([(1.5 * before + 2.5 * after) / 4])
    assert area(np.array([[0.0, 1.0, 1.0]])) == pytest.approx([0.75])


def test_insertion_by_hand():
    turns = np.array([[[2, 0], [1, 3]]])
    curves = make_curves(Corner(), steps=4, blur=0.5)(1.0, {}, PICTURE, turns, -1)
    red = float(blur_pictures(jnp.asarray(PICTURE, jnp.float32), 0.5)[0, 0, 0, 0])
    assert 50 < red < 150
    before, after = sigmoid(-red / 100), sigmoid(-2)
    np.testing.assert_allclose(
        curves.insertion, [[before, before, before, after, after]], rtol=1e-6
    )


def test_steps_that_do_not_divide_the_places():
    turns = np.arange(4).reshape(1, 2, 2)
    curves = make_curves(Corner(), steps=3)(1.0, {}, PICTURE, turns, 1)
    assert curves.deletion.shape == (1, 4)
    np.testing.assert_allclose(curves.deletion[0, [0, 3]], sigmoid(np.array([2, 0.5])), rtol=1e-6)


def test_one_compilation_for_all_maps_and_networks():
    detector = Corner()
    curves = make_curves(detector, steps=4)
    curves(1.0, {}, PICTURE, np.arange(4).reshape(1, 2, 2), 1)
    once = detector.traced
    assert once > 0
    curves(2.0, {}, PICTURE, random_order(["a"], 2, 2, 0), -1)
    assert detector.traced == once


def test_a_map_that_matters_beats_a_random_order():
    # Of red in the corner alone the logit is made.
    maps = np.zeros((1, 2, 2))
    maps[0, 0, 0] = 1
    curves = make_curves(Corner(), steps=4, blur=0.5)
    seen = curves(1.0, {}, PICTURE, map_order(maps, ["a"], 0), 1)
    worst = curves(1.0, {}, PICTURE, map_order(1 - maps, ["a"], 0), 1)
    keys = [str(n) for n in range(40)]
    pictures = np.repeat(PICTURE, 40, axis=0)
    floor = curves(1.0, {}, pictures, random_order(keys, 2, 2, 0), 1)
    deletion, insertion = (area(curve).mean() for curve in floor)
    assert area(seen.deletion) < deletion < area(worst.deletion)
    assert area(seen.insertion) > insertion > area(worst.insertion)


def test_curves_end_at_the_pictures_own_probability():
    detector = TinyDetector()
    params, batch_stats = detector.init(jax.random.key(0), SIDE)
    images = tiny_examples(5, 0).pictures
    turns = random_order(list("abcde"), SIDE, SIDE, 0)
    curves = make_curves(detector, steps=2)(params, batch_stats, images, turns, 1)
    logits = detector.apply(params, batch_stats, detector.normalise(images))[0][:, 0]
    np.testing.assert_allclose(curves.deletion[:, 0], sigmoid(np.asarray(logits)), rtol=1e-5)
    np.testing.assert_allclose(curves.insertion[:, -1], curves.deletion[:, 0], rtol=1e-5)


@pytest.mark.parametrize("shape", [(16, 16), (12, 20)])
def test_the_blur_is_scipys(shape):
    pictures = np.random.default_rng(0).random((2, *shape, 3)).astype(np.float32)
    deviations = (0, *(0.1 * side for side in shape), 0)
    expected = gaussian_filter(pictures, deviations, mode="nearest", truncate=4)
    # SciPy rounds the reach, we take the next larger.
    np.testing.assert_allclose(blur_pictures(pictures, 0.1), expected, atol=2e-4)


@pytest.mark.parametrize("options", [{"steps": 0}, {"blur": 0}])
def test_options_out_of_range(options):
    with pytest.raises(ValueError, match="not 0"):
        make_curves(Corner(), **options)


def test_the_strongest_come_first():
    maps = np.array([[[0.5, 3.0, 1.0], [2.0, 0.1, 0.2]]])
    assert map_order(maps, ["a"], 0).tolist() == [[[3, 0, 2], [1, 5, 4]]]


def test_equal_places_come_at_random_by_picture_and_seed():
    maps = np.zeros((2, 6, 6))
    maps[:, 1, 2] = 1
    turns = map_order(maps, ["a", "b"], 0)
    assert turns[:, 1, 2].tolist() == [0, 0]
    for order in turns:
        np.testing.assert_array_equal(np.sort(order.ravel()), np.arange(36))
        assert np.any(np.diff(order.ravel()) < 0)
    np.testing.assert_array_equal(turns, map_order(maps, ["a", "b"], 0))
    assert (turns[0] != turns[1]).any()
    assert (turns != map_order(maps, ["a", "b"], 1)).any()


def test_random_order():
    turns = random_order(["a", "b"], 5, 4, 3)
    assert (turns.shape, turns.dtype) == ((2, 5, 4), np.int32)
    np.testing.assert_array_equal(np.sort(turns.reshape(2, -1)), [np.arange(20)] * 2)
    np.testing.assert_array_equal(turns[1:], random_order(["b"], 5, 4, 3))
    # Another stream than that of ties.
    assert (turns != map_order(np.zeros((2, 5, 4)), ["a", "b"], 3)).any()


def test_what_has_no_order():
    with pytest.raises(ValueError, match="NaN"):
        map_order(np.full((1, 2, 2), np.nan), ["a"], 0)
    with pytest.raises(ValueError, match="zip"):
        map_order(np.zeros((2, 2, 2)), ["a"], 0)
