import pytest

from data_prep.synthetic.world import World, person_name


def test_pairs_follow_one_another():
    assert World(train=2, validation=1, test=2).pairs() == {
        "train": [(0, 1), (2, 3)],
        "validation": [(4, 5)],
        "test": [(6, 7), (8, 9)],
    }


def test_names():
    assert [person_name(number) for number in (0, 7, 42, 999)] == ["000", "007", "042", "999"]
    world = World(seed=5, train=4, validation=3, test=2, frames=6)
    assert world.name("c23", "raw").endswith("-seed5-4-3-2x6-c23-raw")
    changed = [
        World(seed=6, train=4, validation=3, test=2, frames=6),
        World(seed=5, train=5, validation=3, test=2, frames=6),
        World(seed=5, train=4, validation=4, test=2, frames=6),
        World(seed=5, train=4, validation=3, test=3, frames=6),
        World(seed=5, train=4, validation=3, test=2, frames=7),
    ]
    assert len({one.name("c23") for one in [world, *changed]} | {world.name("c40")}) == 7


def test_a_new_version_has_another_name(monkeypatch):
    before = World().name()
    monkeypatch.setattr("data_prep.synthetic.world.VERSION", 999)
    assert World().name() != before


def test_a_thousand_people_at_most():
    assert World(train=498, validation=1, test=1).pairs()["test"] == [(998, 999)]
    with pytest.raises(ValueError, match="1,000 people are the most"):
        World(train=499, validation=1, test=1)


@pytest.mark.parametrize("field", ["train", "validation", "test", "frames"])
def test_nothing_may_be_empty(field):
    with pytest.raises(ValueError, match="every split needs a pair and every clip a frame"):
        World(**{field: 0})
