import pytest

from data_prep.checks.clips import clips, prefixes, stem


def numbered(pattern, *numbers, label=0):
    """Names by a pattern and all combinations of two ranges."""
    first, second = numbers
    return [(pattern.format(a, b), label) for a in range(first) for b in range(second)]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("aagfhgtpmv-009-00", ["aagfhgtpmv-009", "aagfhgtpmv"]),
        ("aaa_00012_0", ["aaa_00012", "aaa"]),
        ("clip7_frame3", ["clip7"]),
        ("clip7-frame-3_face_0", ["clip7-frame-3", "clip7"]),
        ("clip7frame3", ["clip7"]),
        ("0001", []),
        ("_0001", []),
        ("WhatsApp Image 2026-01-02 at 12.00.07", []),
        ("IMG_20200101_120007", []),
        ("Screenshot_2024-05-01-10-33-21", []),
        ("VID_20200101_120007_frame_0003", ["VID_20200101_120007"]),
        ("img0001", []),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c330a", []),
    ],
)
def test_what_is_left_without_the_numbers(name, left):
    assert prefixes(name) == left


def test_the_stem_of_a_key():
    assert stem("train/real/a.b_1.png") == "a.b_1"
    assert stem("youtube/000/0012") == "0012"


def test_two_numbers_are_taken_off_and_one_where_the_rest_is_a_word():
    words = ["aagfhgtpmv", "aapnvogymq", "abarnvbtwb", "abofeumbvv"]
    pictures = [
        *((f"{word}-{frame:03}-00", index % 2) for index, word in enumerate(words)
          for frame in range(3)),
        *numbered("img_{:03}_{}", 5, 3),
    ]  # fmt: skip
    found = clips(pictures)
    assert {found[f"{word}-002-00"] for word in words} == set(words)
    assert found["img_003_2"] == "img_003"


def test_a_frame_of_a_numbered_clip_needs_no_other_clips():
    pictures = [*numbered("realclip7_frame{}{}", 1, 3), *numbered("real_frame{}{}", 1, 3)]
    assert set(clips(pictures)) == {"realclip7_frame00", "realclip7_frame01", "realclip7_frame02"}


def test_clips_of_celebrities():
    assert clips([("id0_id1_0000_00012", 1), ("id0_0000_00012", 0)]) == {
        "id0_id1_0000_00012": "id0_0000",
        "id0_0000_00012": "id0_0000",
    }


@pytest.mark.parametrize(
    "pictures",
    [
        [(f"{name}_{n}", label) for label, name in enumerate(("real", "fake")) for n in range(50)],
        [(f"{n:04}", n % 2) for n in range(50)],
        [(f"img_{n}", n % 2) for n in range(50)],
        # Sources and difficulties number their pictures; they are few, with many pictures each.
        [(f"{name}_{n}", 1) for name in ("easy", "mid", "hard", "other") for n in range(20)],
        [(f"{name}_{n}", 1) for name in ("sd15", "sd21", "sg2") for n in range(9)],
        [(f"{name}_{n}", 1) for name in ("sd15", "sd21", "sg2", "sg3") for n in range(400)],
        [(f"{name}_real_{n}", 0) for name in ("train", "test", "val", "dev") for n in range(9)],
        # Pictures of one minute, and of one day.
        numbered("WhatsApp Image 2026-01-02 at 12.{:02}.{:02}", 9, 3),
        numbered("IMG_202601{:02}_1200{:02}", 9, 3),
        # Each prefix once.
        [*numbered("{}_{}", 90, 1)],
    ],
    ids=[
        "classes",
        "numbers",
        "words",
        "few words",
        "three sources",
        "few sources",
        "splits",
        "minutes",
        "days",
        "singles",
    ],
)
def test_no_false_alarms(pictures):
    assert clips(pictures) == {}


def test_the_large_part_of_a_class_is_no_clip_and_the_others_are():
    pictures = [*numbered("gan1_{}{}", 10, 10, label=1), *numbered("c{}_{}", 9, 2)]
    assert set(clips(pictures).values()) == {f"c{n}" for n in range(9)}
