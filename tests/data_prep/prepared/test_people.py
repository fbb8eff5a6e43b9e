import numpy as np
import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.people import _by_person, read_people
from data_prep.prepared.records import write_records
from data_prep.schema import record
from tests.data_prep.people_sets import METHODS, SIDE, colour_of, mask, png, write_set


@pytest.fixture(scope="module")
def version(tmp_path_factory):
    """Eight people; one without an original, one without a method."""
    folder = tmp_path_factory.mktemp("people")
    return write_set(folder, 8, synthetic=True, missing=("youtube/002", "Blend/005_006"))


def test_everyone_with_an_original_and_every_method(version):
    assert list(read_people(version, 100)) == ["000", "001", "003", "004", "006", "007"]


def test_evenly_chosen(version):
    assert list(read_people(version, 3)) == ["001", "004", "007"]
    assert list(read_people(version, 1)) == ["004"]


def test_the_frame_nearest_to_the_forgery(version):
    # Swap has frame 2 only, and so do the originals; Blend has 1 and 5.
    for name, person in read_people(version, 100).items():
        assert list(person) == list(METHODS)
        for method, frame in (("real", 2), ("Swap", 2), ("Blend", 1)):
            assert person[method].frame == frame
            colour = colour_of(int(name), method, frame)
            wanted = np.full((SIDE, SIDE, 3), colour, np.uint8)
            np.testing.assert_array_equal(person[method].image, wanted)
        np.testing.assert_array_equal(person["Swap"].mask, mask())
        assert person["real"].mask is None
        assert person["Blend"].mask is None


def test_the_person_of_a_forgery_by_group_or_name():
    pictures = [
        ("real", "8_B_001", "8", 0), ("real", "8_A_001", "8", 0), ("Swap", "9_8_A_001", "8", 0),
        ("real", "01__walking", "actor_01", 0), ("Swap", "01_02__talking__X", "actor_01", 0),
        ("real", "id0_0001", "id0_0001", 0), ("Swap", "id0_id1_0001", "id0_0001", 0),
        ("real", "003", "002_003", 0), ("Swap", "002_003", "002_003", 0),
    ]  # fmt: skip
    people = _by_person(pictures)
    assert [person for person in people if set(people[person]) == {"real", "Swap"}] == [
        "8_A_001",
        "01__walking",
        "id0_0001",
    ]


def test_another_split(version):
    assert list(read_people(version, 100, "train")) == list(read_people(version, 100))


def test_refusals(version):
    with pytest.raises(PreparationError, match="0 people cannot be shown"):
        read_people(version, 0)


def test_what_is_there_of_an_uneven_set(tmp_path):
    # Nobody has both methods: people of each are shown, as many of one as of the other.
    missing = [f"Swap/{n:03d}_{n + 1:03d}" for n in (0, 1, 2)] + ["Blend/003_004"]
    version = write_set(tmp_path, 4, synthetic=False, missing=missing)
    shown = {
        name: [method for method, portrait in person.items() if portrait]
        for name, person in read_people(version, 2).items()
    }
    assert shown == {"000": ["real", "Blend"], "003": ["real", "Swap"]}
    assert list(read_people(version, 9)) == ["000", "001", "002", "003"]


def test_a_method_that_the_split_has_not_is_left_out(tmp_path):
    version = write_set(tmp_path, 2, synthetic=False, missing=("Swap/000_001", "Swap/001_002"))
    people = read_people(version, 8)
    assert {name: list(person) for name, person in people.items()} == {
        "000": ["real", "Blend"],
        "001": ["real", "Blend"],
    }


def test_strangers_are_as_many_as_there_are_videos(tmp_path):
    """Names that begin alike, as fake_1 and fake_2 do, are no person's."""
    keys = [(label, f"{label}_{number}.png") for label in ("real", "fake") for number in range(3)]

    def records(split):
        for label, key in keys:
            image = png(np.zeros((SIDE, SIDE, 3), np.uint8))
            yield key, record(key=key, image=image, label=int(label == "fake"), method=label,
                              group=key, video=key)  # fmt: skip

    people = read_people(
        write_records("picture_folder", tmp_path, "p", ("real", "fake"), records), 8
    )
    assert [all(person.values()) for person in people.values()] == [True] * 3


def test_a_picture_beyond_the_limit_is_named(version, monkeypatch):
    monkeypatch.setattr("data_prep.media.pictures.PICTURE_PIXELS", 10)
    with pytest.raises(PreparationError, match=r"the record .*: too large: "):
        read_people(version, 1)


def test_forgeries_alone_are_strangers(tmp_path):
    nobody = write_set(tmp_path, 1, synthetic=False, missing=("youtube/000",))
    assert {name: list(person) for name, person in read_people(nobody, 8).items()} == {
        "0": ["Swap", "Blend"]
    }


def test_strangers_where_the_set_holds_all_of_nobody(tmp_path):
    missing = ("youtube/000", "Swap/001_002", "Swap/002_003", "Swap/003_004")
    people = read_people(write_set(tmp_path, 4, synthetic=False, missing=missing), 3)
    assert [person["Swap"] is None for person in people.values()] == [False, True, True]
    people = read_people(write_set(tmp_path / "b", 4, synthetic=False, missing=missing), 1)
    assert list(people) == ["0"]
    assert {method: tuple(one.image[0, 0]) for method, one in people["0"].items()} == {
        "real": colour_of(2, "real", people["0"]["real"].frame),
        "Swap": colour_of(0, "Swap", 2),
        "Blend": colour_of(2, "Blend", people["0"]["Blend"].frame),
    }


def test_a_forgery_is_of_the_original_that_its_group_names():
    pictures = [
        ("real", "id0_0000", "id0_0000", 3),
        ("real", "id1_0000", "id1_0000", 3),
        ("synthesis", "id0_id1_0000", "id0_0000", 4),
        ("Swap", "000_003", "000_003", 5),
        ("real", "000", "000_003", 5),
    ]
    assert _by_person(pictures) == {
        "id0_0000": {"real": {3: 0}, "synthesis": {4: 2}},
        "id1_0000": {"real": {3: 1}},
        "000": {"Swap": {5: 3}, "real": {5: 4}},
    }
