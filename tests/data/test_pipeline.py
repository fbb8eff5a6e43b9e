from collections import Counter
from dataclasses import replace
from itertools import islice

import chex
import numpy as np
import pytest

from jaxticket.data import (
    Feed,
    evaluation_batches,
    load_examples,
    steps_per_epoch,
    training_batches,
)
from jaxticket.data.ordering import class_weights

LABELS = [0, 0, 1, 0, 1, 0, 0, 1, 0, 0]  # 7 real, 3 fake


def positions(batches) -> list[list[int]]:
    """The positions of the examples in each batch: the value of their only pixel."""
    return [batch["image"][:, 0, 0, 0].tolist() for batch in batches]


def first(examples, number, *, batch_size=5, **options):
    return positions(islice(training_batches(examples, batch_size, **options), number))


def test_a_batch(numbered):
    examples = numbered(LABELS)
    batch = next(training_batches(examples, 4, seed=0))
    assert {name: (array.shape, array.dtype) for name, array in batch.items()} == {
        "image": ((4, 1, 1, 3), np.uint8),
        "label": ((4,), np.int32),
        "weight": ((4,), np.float32),
    }
    chosen = batch["image"][:, 0, 0, 0]
    np.testing.assert_array_equal(batch["label"], examples.labels[chosen])
    assert batch["weight"].tolist() == [1, 1, 1, 1]


def test_every_epoch_shows_each_example_once_in_its_own_order(numbered):
    batches = first(numbered(LABELS), 6, seed=3)
    epochs = [batches[0] + batches[1], batches[2] + batches[3], batches[4] + batches[5]]
    for epoch in epochs:
        assert sorted(epoch) == list(range(10))
    assert len({tuple(epoch) for epoch in epochs}) == 3


def test_what_is_left_over_waits_for_another_epoch(numbered):
    batches = first(numbered(LABELS), 60, batch_size=4, seed=3)
    for begin in range(0, 60, 2):
        epoch = batches[begin] + batches[begin + 1]
        assert len(set(epoch)) == 8
    counts = Counter(position for batch in batches for position in batch)
    assert set(counts) == set(range(10))


@pytest.mark.parametrize("balance", ["none", "sampling", "loss"])
@pytest.mark.parametrize("in_memory", [True, False])
def test_starting_later_gives_the_same_batches(numbered, balance, in_memory):
    examples = numbered(LABELS)
    whole = list(islice(training_batches(examples, 4, seed=7, balance=balance), 9))
    for start in (0, 1, 5):
        later = training_batches(
            numbered(LABELS, in_memory=in_memory), 4, seed=7, balance=balance, start_step=start
        )
        for expected, batch in zip(whole[start:], later, strict=False):
            for name, array in expected.items():
                np.testing.assert_array_equal(batch[name], array)


def test_a_start_far_away_is_reached_at_once(numbered):
    (far,) = first(numbered(LABELS), 1, seed=7, start_step=10**9)
    assert len(set(far)) == 5


def test_seeds_differ_and_share_no_shifted_order(numbered):
    labels = [0, 1] * 20
    orders = {
        seed: [tuple(batch) for batch in first(numbered(labels), 6, batch_size=40, seed=seed)]
        for seed in (-1, 0, 1, 2, 2**40)
    }
    assert len({order for epochs in orders.values() for order in epochs}) == 30


def test_the_order_is_pinned(numbered):
    # A change of this order changes every result: it must not come unnoticed.
    assert first(numbered(LABELS), 2, seed=0) == [[6, 2, 1, 0, 9], [3, 4, 7, 8, 5]]
    sampled = first(numbered(LABELS), 2, seed=0, balance="sampling")
    assert sampled == [[6, 4, 8, 2, 3], [7, 5, 7, 1, 2]]


def test_balanced_by_sampling_both_classes_take_turns(numbered):
    batches = list(islice(training_batches(numbered(LABELS), 4, seed=1, balance="sampling"), 7))
    assert [batch["label"].tolist() for batch in batches] == [[0, 1, 0, 1]] * 7
    assert {float(weight) for batch in batches for weight in batch["weight"]} == {1.0}
    chosen = np.concatenate([batch["image"][:, 0, 0, 0] for batch in batches])
    real, fake = chosen[::2], chosen[1::2]
    for begin in (0, 7):
        assert sorted(real[begin : begin + 7]) == [0, 1, 3, 5, 6, 8, 9]
    for begin in range(0, 12, 3):
        assert sorted(fake[begin : begin + 3]) == [2, 4, 7]
    assert real[:7].tolist() != real[7:].tolist()


def test_an_odd_batch_is_balanced_over_two(numbered):
    batches = islice(training_batches(numbered(LABELS), 5, seed=1, balance="sampling"), 4)
    assert [int(batch["label"].sum()) for batch in batches] == [2, 3, 2, 3]


def test_balanced_by_loss_the_order_is_the_plain_one(numbered):
    examples = numbered(LABELS)
    assert first(examples, 4, seed=1, balance="loss") == first(examples, 4, seed=1)
    batch = next(training_batches(examples, 10, seed=1, balance="loss"))
    expected = np.where(batch["label"] == 0, np.float32(10 / 14), np.float32(10 / 6))
    np.testing.assert_array_equal(batch["weight"], expected)


def test_class_weights_give_both_classes_one_half():
    weights = class_weights(np.array([0, 0, 0, 1]))
    np.testing.assert_allclose(weights, [4 / 6, 4 / 6, 4 / 6, 2])
    assert weights.dtype == np.float32


def test_several_classes_weigh_the_same_together():
    # 6 examples of 3 classes: n / (3 n_class); a class without examples counts for nothing.
    weights = class_weights(np.array([0, 0, 0, 1, 1, 3]))
    np.testing.assert_allclose(weights, [2 / 3, 2 / 3, 2 / 3, 1, 1, 2])


def test_several_classes_take_turns(numbered):
    examples = replace(
        numbered([0] * 12), labels=np.array([0] * 6 + [1] * 3 + [2] * 2 + [3], np.int32)
    )
    batches = list(islice(training_batches(examples, 4, seed=1, balance="sampling"), 30))
    for batch in batches:
        assert sorted(batch["label"].tolist()) == [0, 1, 2, 3]
    seen = np.bincount(np.concatenate([batch["image"][:, 0, 0, 0] for batch in batches]))
    assert seen.tolist() == [5] * 6 + [10] * 3 + [15] * 2 + [30]


@pytest.mark.parametrize("balance", ["sampling", "loss"])
def test_one_class_cannot_be_balanced(numbered, balance):
    with pytest.raises(ValueError, match="3 real and 0 fake"):
        training_batches(numbered([0, 0, 0]), 2, seed=0, balance=balance)


def test_errors_come_before_the_first_batch(numbered):
    examples = numbered(LABELS)
    with pytest.raises(ValueError, match="10 examples, fewer than one batch of 11"):
        training_batches(examples, 11, seed=0)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        training_batches(examples, 0, seed=0)
    with pytest.raises(ValueError, match="'both' is unknown; use one of none, sampling, loss"):
        training_batches(examples, 2, seed=0, balance="both")
    with pytest.raises(ValueError, match="must not be negative: -1"):
        training_batches(examples, 2, seed=0, start_step=-1)
    with pytest.raises(ValueError, match="at least 1, not 0"):
        evaluation_batches(examples, 0)


def test_steps_per_epoch(numbered):
    examples = numbered(LABELS)
    assert [steps_per_epoch(examples, size) for size in (1, 3, 5, 10)] == [10, 3, 2, 1]


@pytest.mark.parametrize("in_memory", [True, False])
def test_evaluation_in_order_filled_up_with_weight_zero(numbered, in_memory):
    batches = list(evaluation_batches(numbered(LABELS, in_memory=in_memory), 4))
    assert positions(batches) == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 9, 9]]
    assert [batch["weight"].tolist() for batch in batches] == [[1] * 4, [1] * 4, [1, 1, 0, 0]]
    assert batches[2]["label"].tolist() == [0, 0, 0, 0]
    assert {batch["weight"].dtype for batch in batches} == {np.dtype(np.float32)}


def test_evaluation_without_a_rest_and_with_one_short_batch(numbered):
    assert positions(evaluation_batches(numbered(LABELS), 5)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]
    assert positions(evaluation_batches(numbered([0, 1]), 3)) == [[0, 1, 1]]


def test_decoded_on_demand_gives_the_same_batches(prepared):
    held = load_examples(prepared, "train", 8)
    demanded = load_examples(prepared, "train", 8, memory_limit=0)
    assert (held.in_memory, demanded.in_memory) == (True, False)
    pairs = zip(
        training_batches(held, 6, seed=5), training_batches(demanded, 6, seed=5), strict=False
    )
    for one, other in islice(pairs, 7):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


@pytest.mark.parametrize("balance", ["none", "sampling", "loss"])
def test_shards_together_are_the_batch(numbered, balance):
    examples = numbered(LABELS)
    options = {"seed": 4, "balance": balance}
    whole = islice(training_batches(examples, 6, **options), 5)
    shards = [training_batches(examples, 6, shard=(index, 3), **options) for index in range(3)]
    for expected, *parts in zip(whole, *shards, strict=False):
        for name, array in expected.items():
            assert [len(part[name]) for part in parts] == [2, 2, 2]
            np.testing.assert_array_equal(np.concatenate([p[name] for p in parts]), array)


def test_shards_of_an_evaluation_count_each_picture_once(numbered):
    examples = numbered(LABELS)
    shown = Counter()
    for index in range(2):
        for batch in evaluation_batches(examples, 4, shard=(index, 2)):
            assert len(batch["weight"]) == 2
            shown.update(batch["image"][:, 0, 0, 0][batch["weight"] > 0].tolist())
    assert shown == dict.fromkeys(range(10), 1)


def test_shards_that_cannot_be(numbered):
    examples = numbered(LABELS)
    for make in (lambda shard: training_batches(examples, 4, seed=0, shard=shard),
                 lambda shard: evaluation_batches(examples, 4, shard=shard)):  # fmt: skip
        with pytest.raises(ValueError, match="batch of 4 cannot be divided among 3 processes"):
            make((0, 3))
        for index in (2, -1):
            with pytest.raises(ValueError, match=rf"one of 0\.\.1, not {index}"):
                make((index, 2))


@pytest.mark.parametrize("balance", ["none", "sampling", "loss"])
def test_batches_that_name_their_pictures_are_the_same_batches(numbered, balance):
    feed = Feed(numbered(LABELS), 4, seed=7, balance=balance)
    for shard in ((0, 1), (1, 2)):
        sent, named = feed.batches(2, shard), feed.positions(2, shard)
        for whole, batch in islice(zip(sent, named, strict=True), 5):
            position = batch.pop("position")
            assert position.dtype == np.int32
            np.testing.assert_array_equal(feed.examples.images(position), whole.pop("image"))
            chex.assert_trees_all_equal(batch, whole)


def test_an_evaluation_names_its_pictures_without_decoding_any(numbered):
    examples = numbered(LABELS, in_memory=False)
    expected = [batch["image"][:, 0, 0, 0].tolist() for batch in evaluation_batches(examples, 4)]
    blind = replace(examples, _images=None)
    named = list(evaluation_batches(blind, 4, positions=True))
    assert [batch["position"].tolist() for batch in named] == expected
    assert [batch["weight"].tolist() for batch in named] == [[1] * 4, [1] * 4, [1, 1, 0, 0]]
