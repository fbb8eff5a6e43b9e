import pytest

from data_prep.celebdf.names import read_name


@pytest.mark.parametrize(
    ("folder", "name", "clip", "identities"),
    [
        ("Celeb-real", "id0_0000", "id0_0000", ("id0",)),
        ("Celeb-synthesis", "id0_id16_0007", "id0_0007", ("id0", "id16")),
        ("Celeb-synthesis", "id0_0003_test_0042", "id0_0003", ("id0",)),
        ("Celeb-synthesis", "id0_0003_00012", "id0_0003", ("id0",)),
        ("YouTube-real", "00170", "00170", ()),
        ("YouTube-real", "some_thing", "some_thing", ()),
        ("Celeb-real", "portrait", "portrait", ()),
        ("Celeb-real", "_0000", "_0000", ()),
        ("Celeb-real", "id0_0000_2", "id0_0000_2", ()),
        ("Celeb-real", "idé_0000", "idé_0000", ("idé",)),
    ],
)
def test_names(folder, name, clip, identities):
    assert read_name(folder, name) == (clip, identities)


@pytest.mark.parametrize("name", ["id0_0000", "id0_id1_0000_2", "id0__0000", "x"])
def test_forgeries_that_name_no_target(name):
    assert read_name("Celeb-synthesis", name) is None
