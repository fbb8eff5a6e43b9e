from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from jaxticket.data import Mixture, concatenate, evaluation_batches, load_examples, training_batches

# The first set: 0..5, four of them real; the second: 6..9, two of them real.
LABELS = [0, 0, 0, 0, 1, 1, 0, 1, 0, 1]
MIXTURE = Mixture((6, 4), (3, 1))


def batches(examples, number, *, batch_size=4, mixture=MIXTURE, **options):
    return list(islice(training_batches(examples, batch_size, mixture=mixture, **options), number))


def positions(found) -> list[int]:
    return [int(value) for batch in found for value in batch["image"][:, 0, 0, 0]]


def test_parts_take_turns_by_their_weights(numbered):
    for batch in batches(numbered(LABELS), 30, seed=2):
        assert int((batch["image"][:, 0, 0, 0] < 6).sum()) == 3


@pytest.mark.parametrize("weights", [(0.7, 0.3), (1, 1), (1, 20), (5, 1e-2)])
def test_weights_are_kept_within_a_percent(numbered, weights):
    examples = numbered([0, 1] * 100)
    mixture = Mixture((120, 80), weights)
    found = positions(batches(examples, 20, batch_size=100, mixture=mixture, seed=0))
    share = np.mean(np.array(found) < 120)
    assert abs(share - weights[0] / sum(weights)) < 0.01


def test_every_part_is_shown_whole_before_it_comes_again_in_another_order(numbered):
    found = positions(batches(numbered(LABELS), 48, seed=5))
    for size, of in ((6, [p for p in found if p < 6]), (4, [p for p in found if p >= 6])):
        rounds = [tuple(of[begin : begin + size]) for begin in range(0, 8 * size, size)]
        assert {tuple(sorted(one)) for one in rounds} == {tuple(sorted(set(of)))}
        assert len(set(rounds)) > 4


@pytest.mark.parametrize("balance", ["none", "sampling", "loss"])
@pytest.mark.parametrize("in_memory", [True, False])
def test_starting_later_gives_the_same_batches(numbered, balance, in_memory):
    options = {"seed": 7, "balance": balance}
    whole = batches(numbered(LABELS), 9, **options)
    for start in (1, 5):
        later = batches(numbered(LABELS, in_memory), 9 - start, start_step=start, **options)
        for expected, batch in zip(whole[start:], later, strict=True):
            for name, array in expected.items():
                np.testing.assert_array_equal(batch[name], array)


def test_a_start_far_away_is_reached_at_once(numbered):
    (far,) = batches(numbered(LABELS), 1, seed=7, start_step=10**9)
    assert int((far["image"] < 6).sum()) == 9


def test_seeds_and_parts_have_orders_of_their_own(numbered):
    examples = numbered([0, 1] * 20)
    mixture = Mixture((20, 20), (1, 1))
    orders = set()
    for seed in range(5):
        found = positions(batches(examples, 10, mixture=mixture, seed=seed))
        orders.add(tuple(p for p in found if p < 20))
        orders.add(tuple(p - 20 for p in found if p >= 20))
    assert len(orders) == 10


def test_the_order_is_pinned(numbered):
    # A change of this order changes every result: it must not come unnoticed.
    assert positions(batches(numbered(LABELS), 2, seed=0)) == [2, 4, 0, 7, 1, 3, 5, 6]
    sampled = positions(batches(numbered(LABELS), 2, seed=0, balance="sampling"))
    assert sampled == [1, 4, 2, 8, 5, 3, 4, 7]


def test_every_part_is_balanced_for_itself_by_sampling(numbered):
    found = positions(batches(numbered(LABELS), 40, seed=1, balance="sampling"))
    for part in ([p for p in found if p < 6], [p for p in found if p >= 6]):
        labels = [LABELS[p] for p in part]
        assert labels[::2] == [0] * len(labels[::2])
        assert labels[1::2] == [1] * len(labels[1::2])


def test_every_part_is_balanced_for_itself_by_loss(numbered):
    # Of the first set n / (2 n_class) is 6 / 8 and 6 / 4, of the second 1 and 1.
    weights = {}
    for batch in batches(numbered(LABELS), 20, seed=1, balance="loss"):
        weights |= dict(zip(batch["image"][:, 0, 0, 0].tolist(), batch["weight"], strict=True))
    assert [weights[p] for p in range(10)] == [0.75] * 4 + [1.5] * 2 + [1.0] * 4


@pytest.mark.parametrize("balance", ["sampling", "loss"])
def test_a_part_of_one_class_cannot_be_balanced(numbered, balance):
    with pytest.raises(ValueError, match="0 real and 2 fake"):
        batches(numbered([0, 1, 1, 1]), 1, mixture=Mixture((2, 2), (1, 1)), seed=0, balance=balance)


@pytest.mark.parametrize(
    ("sizes", "weights", "text"),
    [
        ((6, 4), (1,), "1 weights were given for 2 sets"),
        ((), (), "0 weights were given for 0 sets"),
        ((6, 4), (1, 0), "must be positive"),
        ((6, 4), (1, float("nan")), "must be positive"),
        ((6, 4), (1, float("inf")), "must be positive"),
        ((6, 0), (1, 1), "must hold examples"),
    ],
)
def test_what_is_no_mixture(sizes, weights, text):
    with pytest.raises(ValueError, match=text):
        Mixture(sizes, weights)


def test_a_mixture_of_other_examples(numbered):
    with pytest.raises(ValueError, match="hold 10 examples, but there are 9"):
        batches(numbered(LABELS[1:]), 1, seed=0)


def test_concatenated_examples(prepared):
    train, test = (load_examples(prepared, split, 6) for split in ("train", "test"))
    both = concatenate([train, test], ["a", "b"])
    assert len(both) == 27
    assert both.keys.tolist() == [*(f"a:{k}" for k in train.keys), *(f"b:{k}" for k in test.keys)]
    assert both.groups[20] == f"b:{test.groups[0]}"
    assert both.videos[19] == f"a:{train.videos[19]}"
    assert both.labels.tolist() == [*train.labels, *test.labels]
    assert both.labels.dtype == np.int32
    assert both.methods.tolist() == [*train.methods, *test.methods]
    assert (both.image_size, both.in_memory) == (6, True)
    chosen = [26, 0, 20, 19, 26, -1]
    expected = [test.images([6])[0], train.images([0])[0], test.images([0])[0],
                train.images([19])[0], test.images([6])[0], test.images([6])[0]]  # fmt: skip
    np.testing.assert_array_equal(both.images(chosen), expected)
    assert both.images([]).shape == (0, 6, 6, 3)
    assert both.masks([3, 25]).shape == (2, 6, 6)
    assert both.masks([3, 25]).dtype == np.bool_
    with pytest.raises(IndexError, match=r"0\.\.26"):
        both.images([27])


def test_every_column_stays_its_own(numbered):
    columns = {
        "keys": np.array(["k0", "k1"]),
        "groups": np.array(["g0", "g1"]),
        "videos": np.array(["v0", "v1"]),
        "methods": np.array(["real", "Swap"]),
        "compressions": np.array(["c40", "raw"]),
        "has_masks": np.array([False, True]),
    }
    one = replace(numbered([0, 1]), **columns)
    both = concatenate([one, numbered([1])], ["a", "b"])
    assert both.keys.tolist() == ["a:k0", "a:k1", "b:0"]
    assert both.groups.tolist() == ["a:g0", "a:g1", "b:0"]
    assert both.videos.tolist() == ["a:v0", "a:v1", "b:0"]
    assert both.methods.tolist() == ["real", "Swap", "fake"]
    assert both.compressions.tolist() == ["c40", "raw", "c23"]
    assert both.has_masks.tolist() == [False, True, False]
    for outside in (-4, 3):
        with pytest.raises(IndexError, match=r"0\.\.2"):
            both.images(np.array([outside]))


def test_concatenated_examples_are_decoded_on_demand_if_one_of_them_is(prepared):
    held = load_examples(prepared, "train", 6)
    demanded = load_examples(prepared, "test", 6, memory_limit=0)
    one = concatenate([held, load_examples(prepared, "test", 6)], ["a", "b"])
    other = concatenate([held, demanded], ["a", "b"])
    assert (one.in_memory, other.in_memory) == (True, False)
    pairs = zip(evaluation_batches(one, 4), evaluation_batches(other, 4), strict=True)
    for first, second in pairs:
        np.testing.assert_array_equal(first["image"], second["image"])


def test_what_cannot_be_put_together(prepared):
    with pytest.raises(ValueError, match="0 data sets and 0 names"):
        concatenate([], [])
    test = load_examples(prepared, "test", 6)
    with pytest.raises(ValueError, match="1 data sets and 2 names"):
        concatenate([test], ["a", "b"])
    with pytest.raises(ValueError, match=r"different picture sizes .*\[6, 8\]"):
        concatenate([test, load_examples(prepared, "test", 8)], ["a", "b"])


def test_versions_of_one_set_share_their_groups_only(prepared):
    test = load_examples(prepared, "test", 6)
    three = concatenate([test] * 3, ["a", "b", "a"])
    n = len(test)
    assert three.groups.tolist()[2 * n :] == three.groups.tolist()[:n]
    assert three.groups[n] == f"b:{test.groups[0]}"
    assert (three.keys[0], three.keys[2 * n]) == (f"a:{test.keys[0]}", f"a.2:{test.keys[0]}")
    assert three.videos[2 * n] == f"a.2:{test.videos[0]}"
    assert len(set(three.keys)) == 3 * n
