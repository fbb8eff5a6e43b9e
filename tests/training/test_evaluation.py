from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from jaxticket.training import make_evaluate, predict, predict_with_each
from jaxticket.weights import dense
from tests.tiny import SIDE, TinyDetector, tiny_examples


class MeanDetector:
    """The logits are a picture's mean pixel and its negative."""

    def normalise(self, images):
        return images.astype(jnp.float32)

    def apply(self, params, batch_stats, x, *, train=False, key=None):
        mean = x.mean((1, 2, 3))
        return jnp.stack([mean, -mean], axis=-1) * params, batch_stats


@pytest.mark.parametrize("batch_size", [1, 4, 5, 7, 10, 11])
def test_every_example_is_predicted_once_in_its_order(batch_size):
    examples = tiny_examples(10, 0)
    evaluate = make_evaluate(MeanDetector())
    logits = predict(evaluate, dense(jnp.float32(2), {}), examples, batch_size)
    mean = examples.images(np.arange(10)).astype(np.float64).mean((1, 2, 3))
    assert logits.shape == (10, 2)
    assert logits.dtype == np.float32
    np.testing.assert_allclose(logits, np.stack([2 * mean, -2 * mean], axis=-1), rtol=1e-5)


def test_an_example_does_not_depend_on_its_batch():
    detector, examples = TinyDetector(), tiny_examples(9, 4)
    weights = dense(*detector.init(jax.random.key(1), SIDE))
    evaluate = make_evaluate(detector)
    alone = [predict(evaluate, weights, examples, size) for size in (2, 9)]
    np.testing.assert_allclose(alone[0], alone[1], rtol=1e-5, atol=1e-6)


def test_evaluation_goes_by_the_running_statistics():
    detector, examples = TinyDetector(), tiny_examples(9, 4)
    weights = dense(*detector.init(jax.random.key(1), SIDE))
    evaluate = make_evaluate(detector)
    shifted = jax.tree.map(lambda x: x + 0.5, weights.batch_stats)
    other = replace(weights, batch_stats=shifted)
    before = predict(evaluate, weights, examples, 4)
    after = predict(evaluate, other, examples, 4)
    assert (before != after).all()


def test_several_networks_see_the_same_pictures_made_once():
    examples, asked = tiny_examples(10, 0), []

    class Counting:
        def __getattr__(self, name):
            return getattr(examples, name)

        def __len__(self):
            return 10

        def images(self, indices):
            asked.append(len(indices))
            return examples.images(indices)

    traced = []

    class Traced(MeanDetector):
        def apply(self, params, batch_stats, x, **options):
            traced.append(x.shape)
            return super().apply(params, batch_stats, x, **options)

    evaluate, done = make_evaluate(Traced()), []
    weights = [dense(jnp.float32(factor), {}) for factor in (1, 2, 3)]
    logits = predict_with_each(evaluate, weights, Counting(), 4, done.append)
    assert (logits.shape, logits.dtype) == ((3, 10, 2), np.float32)
    for row, network in zip(logits, weights, strict=True):
        np.testing.assert_array_equal(row, predict(evaluate, network, examples, 4))
    assert asked == [4, 4, 4]
    assert done == [4, 8, 10]
    assert len(traced) == 1
