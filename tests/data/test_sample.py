"""Samples: even over classes and methods, whoever split the examples, and however."""

import hashlib
from collections import Counter

import numpy as np
import pytest

from jaxticket.data.sample import draw_sample, even_order

METHODS = np.repeat(["real", "Swap", "Warp", "Blend", "Morph"], [400, 100, 100, 100, 100])
LABELS = (METHODS != "real").astype(int)
KEYS = np.array([f"{method}/{n:03d}" for n, method in enumerate(METHODS)])


def test_classes_and_methods_are_even():
    drawn = draw_sample(LABELS, METHODS, KEYS, KEYS, 256, "test")
    assert drawn.tolist() == sorted(set(drawn))
    assert Counter(METHODS[drawn]) == {"real": 128, "Swap": 32, "Warp": 32, "Blend": 32,
                                       "Morph": 32}  # fmt: skip


@pytest.mark.parametrize("half", [slice(None, 400), slice(400, None)])
def test_a_split_by_hash_of_the_names_leaves_its_mark_nowhere(half):
    # Whoever splits by sha256 leaves one end of that order in each split.
    digests = [hashlib.sha256(key.encode()).hexdigest() for key in KEYS]
    split = np.sort(np.argsort(digests)[half])
    drawn = split[draw_sample(LABELS[split], METHODS[split], KEYS[split], KEYS[split], 100, "test")]
    assert Counter(LABELS[drawn]) == {0: 50, 1: 50}
    place = {at: n for n, at in enumerate(np.argsort(digests)[half])}
    places = np.array([place[at] for at in drawn])
    assert 150 < places.mean() < 250  # of 0..399: not one end


def test_what_has_no_more_is_passed_over():
    methods = np.array(["real"] * 2 + ["Swap"] + ["Warp"] * 9)
    keys = np.arange(12).astype(str)
    drawn = draw_sample((methods != "real").astype(int), methods, keys, keys, 8, "test")
    assert Counter(methods[drawn]) == {"real": 2, "Swap": 1, "Warp": 5}
    everything = draw_sample((methods != "real").astype(int), methods, keys, keys, 99, "test")
    assert everything.tolist() == list(range(12))


def test_groups_take_turns():
    labels, methods = np.zeros(30, int), np.full(30, "real")
    groups, keys = np.repeat([f"v{n}" for n in range(10)], 3), np.arange(30).astype(str)
    drawn = draw_sample(labels, methods, groups, keys, 20, "test")
    assert set(Counter(groups[drawn]).values()) == {2}


def test_names_and_purpose_decide_not_the_order():
    order = np.random.default_rng(0).permutation(len(KEYS))
    first, moved = (
        keys[even_order(labels, methods, keys, keys, "test")]
        for labels, methods, keys in (
            (LABELS, METHODS, KEYS), (LABELS[order], METHODS[order], KEYS[order])
        )
    )  # fmt: skip
    assert first.tolist() == moved.tolist()
    assert first.tolist() != KEYS[even_order(LABELS, METHODS, KEYS, KEYS, "other")].tolist()


def test_nothing_is_a_sample_of_nothing():
    none = np.zeros(0, int)
    assert draw_sample(none, none, none, none, 5, "test").tolist() == []
