from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from data_prep.source.split_groups import UNSALTED, hash_order, split_groups


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
    members = [(name, 0) for name in "abcde"]
    salted = {"a": "test", "b": "train", "c": "train", "d": "train", "e": "validation"}
    unsalted = {"a": "train", "b": "train", "c": "test", "d": "validation", "e": "train"}
    assert split_groups(members) == salted
    assert split_groups(members, salt=UNSALTED) == unsalted


def test_what_was_divided_by_the_hash_of_the_name_is_divided_evenly():
    """A list of which somebody took the first half of all names by their sha256."""
    names = [str(number) for number in range(2000)]
    first = set(hash_order(names, UNSALTED)[:1000])
    splits = split_groups((name, 0) for name in names)
    tested = [name in first for name, split in splits.items() if split == "test"]
    assert len(tested) == 200
    assert 70 < sum(tested) < 130


def test_every_split_gets_every_method():
    members = [(f"{method}{n}", 1, method) for method, number in (("a", 90), ("b", 10))
               for n in range(number)]  # fmt: skip
    members += [(f"r{n}", 0, "real") for n in range(100)]
    splits = split_groups(members)
    counts = Counter((splits[group], method) for group, _, method in members)
    assert [counts["test", method] for method in ("a", "b", "real")] == [9, 1, 10]
    assert [counts["validation", method] for method in ("a", "b", "real")] == [9, 1, 10]
