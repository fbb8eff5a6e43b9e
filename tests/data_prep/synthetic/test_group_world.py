import itertools

import pytest

from data_prep.synthetic.group_world import (
    PEOPLE_PER_PICTURE,
    VERSION,
    GroupWorld,
    first_person,
)


def test_the_splits_of_the_release():
    world = GroupWorld(train=3, validation=1, test=2, challenge=2)
    assert world.splits() == {
        "Train": range(0, 3),
        "Val": range(3, 4),
        "Test-Dev": range(4, 6),
        "Test-Challenge": range(6, 8),
    }
    assert world.name() == f"groups-v{VERSION}-seed2027-3-1-2-2"


def test_nobody_stands_in_two_pictures_nor_in_a_clip():
    numbers = [first_person(picture) for picture in range(5)]
    assert all(b - a == PEOPLE_PER_PICTURE for a, b in itertools.pairwise(numbers))
    assert numbers[0] >= 1000


@pytest.mark.parametrize("split", ["train", "validation", "test", "challenge"])
def test_every_split_needs_a_picture(split):
    with pytest.raises(ValueError, match="every split needs a picture"):
        GroupWorld(**{split: 0})
