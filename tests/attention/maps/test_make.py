import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.attention.maps import METHODS, make_maps
from jaxticket.models import build
from tests.attention.maps import linear
from tests.tiny import SIDE, TinyDetector, tiny_examples

# Grad-CAM weighs red by 1 and green by -2.
SIGNED = np.array([[[1 - 10, 2 - 0], [3 - 2, 4 - 4]]])
# HiResCAM weighs every place by itself.
PLACES = np.array([[[1 - 20, 0 - 0], [-6 + 2, 20 - 4]]])


def maps_of(method, direction=1, factors=(), **options):
    detector = linear.LinearDetector(num_logits=max(1, len(factors)))
    made = make_maps(detector, method, **options)
    return np.asarray(made(linear.params(*factors), {}, linear.picture(), direction))


@pytest.mark.parametrize(("method", "signed"), [("grad_cam", SIGNED), ("hires_cam", PLACES)])
def test_by_hand(method, signed):
    np.testing.assert_allclose(maps_of(method, rectify=False), signed)
    np.testing.assert_allclose(maps_of(method), np.maximum(signed, 0))
    np.testing.assert_allclose(maps_of(method, -1), np.maximum(-signed, 0))
    assert maps_of(method).dtype == np.float32


def test_grad_cam_plus_plus_by_hand():
    # Alpha is 1 / (2 + sum of the channel * gradient): the red one sums to 10, the green to 8.
    red = 1 / (2 + 10) + 5 * 1 / (2 + 50)
    green = 2 / (2 + 16)
    expected = red * np.array(linear.RED) + green * np.array(linear.GREEN)
    np.testing.assert_allclose(maps_of("grad_cam_plus_plus")[0], expected, rtol=1e-6)


def test_the_places_of_hires_cam_sum_to_the_logit_of_a_linear_head():
    params = linear.params()
    logit = linear.LinearDetector().apply(params, {}, linear.picture().astype(np.float32))[0]
    assert maps_of("hires_cam", rectify=False).sum() == pytest.approx(float(logit[0, 0]) - 0.5)


def test_integrated_gradients_of_a_linear_network_are_the_places():
    np.testing.assert_allclose(maps_of("integrated_gradients", rectify=False, steps=3), PLACES)


@pytest.mark.parametrize("method", METHODS)
def test_a_class_is_explained_by_its_own_logit(method):
    for index, factor in enumerate((1, -1, 3)):
        one = maps_of(method, 1, (factor,), rectify=False)
        np.testing.assert_allclose(maps_of(method, index, (1, -1, 3), rectify=False), one)


@pytest.mark.parametrize(("direction", "factors"), [(0, ()), (2, ()), (-1, (1, 2)), (2, (1, 2))])
def test_a_direction_that_is_none_gives_no_map(direction, factors):
    assert np.isnan(maps_of("grad_cam", direction, factors)).all()


def test_each_picture_may_have_its_own_direction():
    images = np.concatenate([linear.picture()] * 2)
    made = make_maps(linear.LinearDetector())(linear.params(), {}, images, np.array([1, -1]))
    np.testing.assert_allclose(made, np.maximum(np.concatenate([SIGNED, -SIGNED]), 0))


def test_unknown_options():
    detector = linear.LinearDetector()
    with pytest.raises(ValueError, match="'cam'; known: grad_cam, "):
        make_maps(detector, "cam")
    with pytest.raises(ValueError, match="leave out layer='conv1'"):
        make_maps(detector, "integrated_gradients", "conv1")
    with pytest.raises(ValueError, match="1 step or more, not 0"):
        make_maps(detector, "integrated_gradients", steps=0)


@pytest.fixture(scope="module")
def tiny():
    detector = TinyDetector()
    params, batch_stats = detector.init(jax.random.key(0), SIDE)
    return detector, params, batch_stats, tiny_examples(6, 0).pictures


@pytest.mark.parametrize("method", METHODS)
def test_fake_and_real_are_the_two_signs_of_one_map(tiny, method):
    if method == "grad_cam_plus_plus":
        pytest.skip("it weighs by positive gradients only: the two sides are two maps")
    detector, params, batch_stats, images = tiny
    signed = make_maps(detector, method, rectify=False)(params, batch_stats, images, 1)
    rectified = make_maps(detector, method)
    assert np.ptp(signed) > 0
    for direction, expected in ((1, signed), (-1, -signed)):
        result = rectified(params, batch_stats, images, direction)
        np.testing.assert_allclose(result, np.maximum(expected, 0), rtol=1e-6)


def test_where_the_gradient_is_constant_hires_cam_is_grad_cam(tiny):
    # The head averages over places.
    results = [make_maps(tiny[0], method)(*tiny[1:], 1) for method in ("grad_cam", "hires_cam")]
    assert np.max(results[0]) > 0
    np.testing.assert_allclose(*results, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("method", METHODS)
def test_all_levels_share_one_compilation_and_a_map_is_its_own_pictures(tiny, method):
    _, params, batch_stats, images = tiny

    traced = []

    class Counted(TinyDetector):
        def _map(self, *args):
            traced.append(args)
            return super()._map(*args)

    maps = make_maps(Counted(), method)
    pruned = jax.tree.map(lambda leaf: jnp.where(jnp.abs(leaf) > 0.1, leaf, 0), params)
    first = maps(params, batch_stats, images, 1)
    second = maps(pruned, batch_stats, images, -1)
    assert not np.allclose(first, second)
    assert len(traced) == 1
    shuffled = maps(params, batch_stats, images[::-1].copy(), 1)
    np.testing.assert_allclose(shuffled, first[::-1], rtol=1e-5, atol=1e-7)


def test_completeness(tiny):
    detector, params, batch_stats, images = tiny
    attributions = make_maps(detector, "integrated_gradients", rectify=False, steps=256)

    def logits(pictures):
        return detector.apply(params, batch_stats, detector.normalise(pictures))[0][:, 0]

    rise = np.asarray(logits(images) - logits(np.zeros_like(images)))
    total = np.asarray(attributions(params, batch_stats, images, 1)).sum(axis=(1, 2))
    assert np.abs(rise).max() > 0.1
    np.testing.assert_allclose(total, rise, rtol=0, atol=1e-3)


def test_any_layer_of_a_real_network():
    detector = build("cnn5", width=0.25)
    params, batch_stats = detector.init(jax.random.key(0, impl="rbg"), 32)
    images = np.random.default_rng(0).integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)
    last = make_maps(detector, "hires_cam", rectify=False)(params, batch_stats, images, 1)
    before = make_maps(detector, "hires_cam", "relu5", rectify=False)
    before = before(params, batch_stats, images, 1)
    assert (last.shape, before.shape) == ((2, 1, 1), (2, 2, 2))
    # The gradient of max-pooling reaches the maximum only, and what is averaged is linear.
    np.testing.assert_allclose(before.sum((1, 2)), last.sum((1, 2)), rtol=1e-4, atol=1e-6)
