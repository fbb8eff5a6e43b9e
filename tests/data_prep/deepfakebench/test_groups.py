import pytest

from data_prep.deepfakebench.groups import read_names


def test_forgeries_link_originals():
    names = [("000", False), ("003", False), ("007", False), ("000_003", True), ("003_000", True)]
    assert read_names(names) == [
        ("000", "000_003", ()),
        ("003", "000_003", ()),
        ("007", "", ()),
        ("000", "000_003", ()),
        ("003", "000_003", ()),
    ]
    assert read_names([("0000", False), ("0001", False), ("0000_fake", True)]) == [
        ("0000", "0000", ()),
        ("0001", "", ()),
        ("0000", "0000", ()),
    ]


def test_forgeries_that_all_hang_together_go_with_their_target():
    named = read_names([("000", False), *((f"{n:03}_{n + 1:03}", True) for n in range(3))])
    assert [name.group for name in named] == ["000", "000", "001", "002"]


@pytest.mark.parametrize(
    ("name", "fake", "named"),
    [
        ("id0_0000", False, ("id0_0000", "id0_0000", ("id0",))),
        ("id0_id1_0000", True, ("id0_0000", "id0_0000", ("id0", "id1"))),
        ("01__walking", False, ("01__walking", "actor_01", ())),
        ("01_02__walking__ABCDEFGH", True, ("01__walking", "actor_01", ())),
        ("01_02__outside_surprised__YVGY8LOK", True, ("01__outside_surprised", "actor_01", ())),
        ("00170", False, ("00170", "", ())),
        ("aaqaifqrwn", True, ("aaqaifqrwn", "", ())),
        ("000_003", False, ("000_003", "", ())),
    ],
)
def test_what_one_name_says(name, fake, named):
    assert read_names([(name, fake)]) == [named]
