import shutil
from dataclasses import replace

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import read_card
from data_prep.source.listing import ListedFile
from data_prep.videos import REAL_METHOD, Video, VideoOptions, VideoSet, prepare_videos
from tests.data_prep.videos.trees import write_videos

PLACES = {
    "a/1": ("real", "train", "1"),
    "b/1": ("Swap", "train", "1"),
    "a/2": ("real", "validation", "2"),
    "a/3": ("real", "test", "3"),
    "b/3": ("Swap", "test", "3"),
}


@pytest.fixture
def found(tmp_path):
    """Five videos of a set whose splits were made here."""
    root = write_videos(tmp_path.resolve() / "source", list(PLACES), boxes_of=PLACES, frames={})
    videos = tuple(
        Video(name, *place, name[-1], ListedFile(f"{name}.mp4", 1, 1), None, (name,))
        for name, place in PLACES.items()
    )
    return VideoSet("face_forensics", root, videos, (REAL_METHOD, "Swap"))


def prepare(found, tmp_path, **options):
    return prepare_videos(
        found,
        tmp_path / "out",
        options=VideoOptions(size=16, frames=1, **options),
    )


def crossing(found, **more):
    last = replace(found.videos[-1], group="1")
    return replace(found, videos=(*found.videos[:-1], last), **more)


def test_a_group_in_two_splits_made_here_is_an_error(found, tmp_path):
    with pytest.raises(PreparationError, match=r"not allowed:\n  1 in train and test$"):
        prepare(crossing(found), tmp_path)
    assert not (tmp_path / "out").exists()


def test_in_given_splits_it_is_a_warning_or_an_error(found, tmp_path):
    given = crossing(found, made_splits=("train", "validation"))
    assert prepare(given, tmp_path).is_dir()
    with pytest.raises(PreparationError, match=r"allowed \(strict\):\n  1 in train and test"):
        prepare(given, tmp_path, strict=True)


def test_leaks_that_the_set_knows(found, tmp_path):
    leaking = replace(found, leaks=("7 people are in both",), made_splits=("train", "validation"))
    assert prepare(leaking, tmp_path).is_dir()
    with pytest.raises(PreparationError, match="7 people are in both"):
        prepare(leaking, tmp_path, strict=True)


def test_another_division_is_another_set(found, tmp_path):
    moved = replace(found.videos[-1], group="4")
    other = replace(found, videos=(*found.videos[:-1], moved))
    assert prepare(found, tmp_path) == prepare(found, tmp_path) != prepare(other, tmp_path)


def test_a_set_that_was_divided_without_a_salt_is_found_again(found, tmp_path):
    salted = replace(found, unsalted={"a/2": "test", "a/3": "validation", "b/3": "validation"})
    before = prepare(salted.as_before(), tmp_path)
    assert read_card(before).pictures["validation"] == {"real": 1, "fake": 1}
    assert prepare(salted, tmp_path) == before != prepare(found, tmp_path)
    assert salted.as_before().as_before() == salted.as_before()


def test_options_that_change_no_record_find_the_set_again(found, tmp_path):
    first = prepare(found, tmp_path)
    assert prepare(found, tmp_path, strict=True, skip_limit=0, real_frames=1) == first


def test_a_long_tail_that_leaves_nothing_out_finds_the_set_again(found, tmp_path):
    assert prepare(found, tmp_path, long_tail="Swap:1") == prepare(found, tmp_path)


def test_a_long_tail_is_another_set_and_stands_on_its_card(found, tmp_path):
    second = replace(found.videos[1], video="b/2", boxes_of=("b/1",))
    more = replace(found, videos=(*found.videos, second))
    whole, thin = prepare(more, tmp_path), prepare(more, tmp_path, long_tail="Swap:0.5")
    assert whole != thin
    counts = [
        {split: of.get("Swap") for split, of in read_card(path).by_method.items()}
        for path in (whole, thin)
    ]
    assert counts[0] == {"train": {"": 2}, "validation": None, "test": {"": 1}}
    assert counts[1] == {"train": {"": 1}, "validation": None, "test": {"": 1}}
    assert any("keeps 1 of 2 Swap videos" in note for note in read_card(thin).notes)
    assert not any("long-tailed" in note for note in read_card(whole).notes)


def test_a_long_tail_of_no_method_is_refused_before_anything_is_read(found, tmp_path):
    shutil.rmtree(found.root)
    with pytest.raises(PreparationError, match="long_tail names Swop; the forgery methods of"):
        prepare(found, tmp_path, long_tail="Swop:0.5")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", ["frames", "real_frames", "size"])
def test_numbers_that_are_none(option):
    with pytest.raises(PreparationError, match=f"{option} is 0, but must be at least 1"):
        VideoOptions(**{option: 0})
