from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from data_prep.source.split_groups import split_groups


def test_shares_per_class():
    members = [(f"r{i}", 0) for i in range(100)] + [(f"f{i}", 1) for i in range(50)]
    splits = split_groups(members)
    counts = Counter((splits[group], label) for group, label in members)
    assert counts == {
        ("train", 0): 80,
        ("validation", 0): 10,
        ("test", 0): 10,
        ("train", 1): 40,
        ("validation", 1): 5,
        ("test", 1): 5,
    }


def test_three_groups_fill_three_splits():
    splits = split_groups([("a", 0), ("b", 0), ("c", 0)])
    assert sorted(splits.values()) == ["test", "train", "validation"]


def test_too_few_groups_stay_in_train():
    assert split_groups([("a", 0), ("b", 0)]) == {"a": "train", "b": "train"}


def test_only_the_wanted_split():
    splits = split_groups([(f"g{i}", i % 2) for i in range(40)], {"validation": 0.1})
    assert Counter(splits.values()) == {"train": 36, "validation": 4}


@given(
    st.lists(st.tuples(st.text(max_size=3), st.integers(0, 1)), max_size=60),
    st.randoms(use_true_random=False),
)
def test_the_order_of_the_pictures_does_not_matter(members, random):
    shuffled = list(members)
    random.shuffle(shuffled)
    splits = split_groups(members)
    assert split_groups(shuffled) == splits
    assert splits.keys() == {group for group, _ in members}


def test_known_assignment():
    # The order is that of the sha256 of the names, so it is the same everywhere and for ever.
    assert split_groups([(name, 0) for name in "abcde"]) == {
        "d": "validation",
        "c": "test",
        "b": "train",
        "e": "train",
        "a": "train",
    }
