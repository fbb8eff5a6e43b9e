import jax
import numpy as np

from jaxticket.data import Feed
from jaxticket.training import held as module
from jaxticket.training import hold, make_evaluate, predict
from jaxticket.weights import dense
from tests.tiny import SIDE, TinyDetector, tiny_examples


def test_held_pictures_are_those_of_the_examples_whatever_comes_at_once(monkeypatch):
    examples = tiny_examples(11, 1)
    monkeypatch.setattr(module, "_SLICE", 4 * 3 * SIDE**2 + 1)  # 4 of them, and not 5
    asked = []

    class Counted(type(examples)):
        def images(self, indices):
            asked.append(len(indices))
            return super().images(indices)

    held = hold(Counted(**vars(examples)))
    assert asked == [4, 4, 3]
    assert held.dtype == np.uint8
    np.testing.assert_array_equal(held, examples.pictures)


def test_pictures_that_positions_name_are_those_of_the_batch():
    feed = Feed(tiny_examples(11, 1), 4, seed=3)
    held = hold(feed.examples)
    for _, sent, named in zip(range(5), feed.batches(1), feed.positions(1), strict=False):
        np.testing.assert_array_equal(module.pictures_of(named, held), sent["image"])
        assert module.pictures_of(sent, None) is sent["image"]


def test_predictions_from_held_pictures_are_the_same_to_the_last_bit():
    examples, detector = tiny_examples(11, 1), TinyDetector()
    evaluate = make_evaluate(detector)
    weights = dense(*detector.init(jax.random.key(0), SIDE))
    sent = predict(evaluate, weights, examples, 4)
    np.testing.assert_array_equal(predict(evaluate, weights, examples, 4, hold(examples)), sent)
