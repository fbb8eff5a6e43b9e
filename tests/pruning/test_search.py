import re

import pytest

from jaxticket.pruning import FULL, Search, parse_search, passing
from jaxticket.recipe import Options


@pytest.mark.parametrize(
    ("text", "search", "whole"),
    [
        ("full", FULL, "full"),
        ("short:0.20", Search("short", fraction=0.2), "short:0.2"),
        ("early_bird", Search("early_bird"), "early_bird:0.1:2"),
        ("early_bird:0.3", Search("early_bird", threshold=0.3), "early_bird:0.3:2"),
        ("early_bird:1:5", Search("early_bird", threshold=1.0, epochs=5), "early_bird:1.0:5"),
    ],
)
def test_what_is_read_is_written_with_nothing_left_open(text, search, whole):
    assert parse_search(text) == search
    assert str(search) == whole
    assert parse_search(whole) == search


@pytest.mark.parametrize(
    "text",
    ["", "early_bird:0", "early_bird:0.1:0", "early_bird:0.1:1.5", "early_bird:1.1", "full:1",
     "late", "short", "short:0", "short:1", "short:inf", "short:nan", "short:x"],
)  # fmt: skip
def test_anything_else_is_refused_with_the_forms(text):
    with pytest.raises(
        ValueError, match=re.escape(f"search is {text!r}; it must be full, short:F")
    ):
        parse_search(text)


@pytest.mark.parametrize(
    ("first", "least", "steps", "at"),
    [
        (0, 0, 100, 20),
        (0, 0, 2, 1),  # at least one step
        (0, 30, 100, 30),  # not before K of step:K
        (30, 30, 100, 31),  # and then at least one step more
    ],
)
def test_a_short_search_draws_at_a_step_of_the_full_schedule(first, least, steps, at):
    assert parse_search("short:0.2").step(first, least, steps) == at


def test_the_step_of_other_searches_is_not_known():
    assert FULL.step(0, 0, 100) is None
    assert Search("early_bird").step(0, 0, 100) is None


@pytest.mark.parametrize(
    ("distances", "settled"),
    [
        ([], False), ([0.0], False), ([0.0, 0.0], True), ([0.0, 0.2, 0.0], False),
        ([1.0, 0.09, 0.01], True), ([0.0, 0.0, 0.1], False),
    ],
)  # fmt: skip
def test_masks_have_settled_after_so_many_small_distances_in_a_row(distances, settled):
    assert Search("early_bird", threshold=0.1, epochs=2).has_settled(distances) is settled


def test_a_shortened_search_names_the_dense_network_and_the_last_level():
    assert passing(Options(rounds=4)) == frozenset()
    assert passing(Options(rounds=4, search="short:0.5")) == {1, 2, 3}
    assert passing(Options(rounds=1, search="early_bird")) == frozenset()
    # In one jump each, no level leads to another.
    assert passing(Options(rounds=4, search="short:0.5", pruning="one_shot")) == frozenset()
    targets = {"sparsities": (0.3, 0.5), "search": "short:0.5"}
    assert passing(Options(**targets)) == passing(Options(sparsities=(0.3, 0.5))) == {1, 3}
