from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.source.listing import ListedFile
from data_prep.videos import REAL_METHOD, Video, VideoOptions, VideoSet
from data_prep.videos.long_tail import read_shares, with_long_tail


def video(name, method, split):
    return Video(name, method, split, name[-1], name[-1], ListedFile(name, 1, 1), None, (name,))


# By the salted hashes b/5 is the first to stay, then b/2, b/1 and b/4; without the salt it would be
# b/2, b/5, b/3 and b/1, whose hashes begin with 72, 90, b0 and c2.
FOUND = VideoSet(
    "face_forensics",
    Path("/videos"),
    (
        *(video(f"a/{number}", REAL_METHOD, "train") for number in range(1, 6)),
        *(video(f"b/{number}", "Swap", "train") for number in range(1, 6)),
        *(video(f"c/{number}", "Blend", "train") for number in range(1, 6)),
        *(video(f"b/{number}", "Swap", "validation") for number in (6, 7)),
        *(video(f"b/{number}", "Swap", "test") for number in (8, 9)),
    ),
    (REAL_METHOD, "Swap", "Blend"),
    notes=("as it came",),
)


def names(found, folder):
    return [one.video for one in found.videos if one.video.startswith(folder)]


def test_shares():
    assert read_shares("Swap:0.1, SelfBlend:1") == {"Swap": 0.1, "SelfBlend": 1.0}
    assert read_shares("a:b:0.5") == {"a:b": 0.5}
    assert read_shares("") == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Swap", "long_tail names 'Swap', but must be methods with their shares"),
        ("Swap:", "long_tail names 'Swap:'"),
        (":0.5", "long_tail names ':0.5'"),
        ("0.5", "long_tail names '0.5'"),
        ("Blend:1,Swap:few", "long_tail names 'Swap:few'"),
        ("Swap:0", "a share of 0 of Swap, but must keep more than 0 and at most 1"),
        ("Swap:1.01", "a share of 1.01 of Swap"),
        ("Swap:-0.1", "a share of -0.1 of Swap"),
        ("Swap:nan", "a share of nan of Swap"),
        ("Swap:0.1,Swap:0.2", "long_tail names Swap more than once"),
        ("real:0.5", "real videos always stay"),
    ],
)
def test_shares_that_are_none(text, words):
    with pytest.raises(PreparationError, match=words):
        VideoOptions(long_tail=text)


def test_training_keeps_the_videos_whose_hashes_come_first():
    found = with_long_tail(FOUND, {"Swap": 0.4})
    assert names(found, "b/") == ["b/2", "b/5", "b/6", "b/7", "b/8", "b/9"]
    assert (names(found, "a/"), names(found, "c/")) == (names(FOUND, "a/"), names(FOUND, "c/"))
    assert found.notes == (
        "as it came",
        "long-tailed: training keeps 2 of 5 Swap videos, chosen by a salted hash of their "
        "names; validation and test are whole",
    )
    before = with_long_tail(FOUND, {"Swap": 0.4}, salt="").notes[-1]
    assert "2 of 5 Swap videos, chosen by a hash of their names; " in before


def test_a_smaller_share_is_a_part_of_a_larger_one():
    kept = [
        set(names(with_long_tail(FOUND, {"Swap": share}), "b/")) - {"b/6", "b/7", "b/8", "b/9"}
        for share in (0.01, 0.2, 0.4, 0.6, 0.8)
    ]
    assert kept[0] == kept[1] == {"b/5"}
    assert kept[2:] == [{"b/2", "b/5"}, {"b/1", "b/2", "b/5"}, {"b/1", "b/2", "b/4", "b/5"}]


def test_earlier_versions_chose_without_a_salt():
    assert names(with_long_tail(FOUND, {"Swap": 0.2}, salt=""), "b/")[0] == "b/2"
    assert names(with_long_tail(FOUND, {"Swap": 0.6}, salt=""), "b/")[:3] == ["b/2", "b/3", "b/5"]


def test_several_methods_are_chosen_independently():
    found = with_long_tail(FOUND, {"Swap": 0.2, "Blend": 0.6})
    assert len(names(found, "c/")) == 3
    assert "1 of 5 Swap videos, 3 of 5 Blend videos" in found.notes[-1]


def test_the_order_of_the_listing_changes_nothing():
    turned = replace(FOUND, videos=FOUND.videos[::-1])
    assert set(with_long_tail(turned, {"Swap": 0.4}).videos) == set(
        with_long_tail(FOUND, {"Swap": 0.4}).videos
    )


@pytest.mark.parametrize("shares", [{}, {"Swap": 1.0}, {"Swap": 0.95}])
def test_where_all_stay_the_set_is_as_it_was(shares):
    assert with_long_tail(FOUND, shares) is FOUND


def test_a_method_that_is_not_there():
    with pytest.raises(
        PreparationError, match=r"names Swop; the forgery methods of .* Swap, Blend"
    ):
        with_long_tail(FOUND, {"Swap": 0.4, "Swop": 0.4})
