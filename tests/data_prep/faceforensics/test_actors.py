import pytest

from data_prep.faceforensics.actors import split_actors
from data_prep.faceforensics.splits import Member


def test_the_names():
    splits = split_actors(["01__walking", "01__hugging_happy"], ["01_02__walking__ABCD1234"])
    assert splits.originals == {
        "01__walking": Member("train", "actor_01", "01__walking"),
        "01__hugging_happy": Member("train", "actor_01", "01__hugging_happy"),
    }
    assert splits.forgeries == {
        "01_02__walking__ABCD1234": Member("train", "actor_01", "01__walking")
    }


@pytest.mark.parametrize(
    ("original", "forgery"),
    [
        ("01_walking", "01_02__walking__ABCD123"),
        ("x01__walking", "01_02__walking__ABCD12345"),
        ("01__", "01__walking__ABCD1234"),
        ("walking", "01_02__walking__ABCD1234.bak"),
        ("__walking", "x01_02__walking__ABCD1234"),
    ],
)
def test_others_are_left_out(original, forgery):
    splits = split_actors([original], [forgery])
    assert (splits.originals, splits.forgeries) == ({}, {})


def test_actors_with_forgeries_and_without_are_divided_apart():
    originals = [f"{actor:02d}__walking" for actor in range(20)]
    forgeries = [f"{actor:02d}_99__walking__ABCD1234" for actor in range(10)]
    splits = split_actors(originals, forgeries)
    for split in ("validation", "test"):
        chosen = [name for name, member in splits.originals.items() if member.split == split]
        assert [int(name[:2]) < 10 for name in sorted(chosen)] == [True, False]
        forged = [name for name, member in splits.forgeries.items() if member.split == split]
        assert [name[:2] for name in forged] == [min(chosen)[:2]]


def test_an_actor_without_an_original_has_a_split():
    splits = split_actors([], ["07_02__walking__ABCD1234"])
    assert splits.forgeries["07_02__walking__ABCD1234"].group == "actor_07"
