import json
from dataclasses import replace

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.prepared.card import (
    Duplicates,
    Seen,
    check_no_leaks,
    fingerprint,
    make_card,
    read_card,
    write_card,
)
from data_prep.prepared.card_text import card_text, concerns


def seen(key, split="train", label=0, pixels=None, file="f", group=None):
    return Seen(key, split, label, group or key, file, pixels or key)


WHOLE = [
    seen("a", "train", 0),
    seen("b", "train", 1, group="a"),
    seen("c", "validation", 0),
    seen("d", "validation", 1),
    seen("e", "test", 0),
    seen("f", "test", 1),
]


def test_fingerprint_does_not_depend_on_the_order():
    assert fingerprint(WHOLE) == fingerprint(WHOLE[::-1])


def test_fingerprint_depends_on_key_label_split_and_file():
    alone = [
        seen("a"),
        seen("b"),
        seen("a", label=1),
        seen("a", split="test"),
        seen("a", file="g"),
    ]
    assert len({fingerprint([one]) for one in alone}) == 5
    assert fingerprint([seen("a", group="x", pixels="y")]) == fingerprint([seen("a")])
    named = replace(seen("a"), method="real", compression="c23")
    assert fingerprint([named]) == fingerprint([seen("a")])


def test_fingerprint_is_pinned():
    assert fingerprint([seen("b", "test", 1, file="2"), seen("a", file="1")]) == (
        "ff7c19d9cc17ab1016bb26d51eaf0e3734a3b107dd27f832d20b59cc674b85df"
    )


def test_duplicates():
    card = make_card(
        [
            seen("a", "train", 0, pixels="1"),
            seen("b", "test", 0, pixels="1"),
            seen("c", "train", 0, pixels="2"),
            seen("d", "train", 1, pixels="2"),
            seen("e", "train", 0, pixels="3"),
            seen("f", "train", 0, pixels="3"),
            seen("g", "train", 0, pixels="4"),
            seen("h", "train", 0, pixels="5"),
            seen("i", "train", 0, pixels="5"),
            seen("j", "validation", 1, pixels="5"),
        ],
        name="n",
        source="s",
        methods=("real", "fake"),
    )
    assert card.crossing_groups == 0
    assert card.duplicates == Duplicates(
        across_splits=2,
        with_two_labels=2,
        within_a_split=3,
        examples=(("a", "b"), ("c", "d"), ("h", "i", "j")),
        near_across_splits=0,
    )


def test_counts_and_warnings():
    card = make_card(
        [*WHOLE, seen("g", "test", 1, pixels="a")],
        name="n",
        source="s",
        methods=("real", "fake"),
        skipped=[("z", "empty file"), ("y", "damaged")],
        ignored={".txt file": 1},
        warnings=["look"],
    )
    assert card.pictures == {
        "train": {"real": 1, "fake": 1},
        "validation": {"real": 1, "fake": 1},
        "test": {"real": 1, "fake": 2},
    }
    assert card.groups == {"train": 1, "validation": 2, "test": 3}
    assert card.skipped == (("y", "damaged"), ("z", "empty file"))
    assert card.synthetic is False
    assert [warning[:30] for warning in card.warnings] == [
        "look",
        "1 picture stands in more than ",
        "1 picture is real in one place",
    ]


def of_method(split, method, compression, number=1):
    label = int(method != "real")
    key = f"{split}/{method}/{compression}"
    one = replace(seen(key, split, label), method=method, compression=compression)
    return [replace(one, key=f"{key}/{n}", pixels_sha256=f"{key}/{n}") for n in range(number)]


METHODS = [
    *of_method("train", "real", "c23", 1200),
    *of_method("train", "Swap", "c23", 3),
    *of_method("train", "Deepfakes", "c23", 2),
    *of_method("validation", "real", "c23", 4),
    *of_method("test", "real", "c23", 5),
    *of_method("test", "Swap", "c23", 6),
]


def of_methods(pictures):
    return make_card(pictures, name="n", source="s", methods=("real", "Swap", "Deepfakes"))


def test_pictures_are_counted_by_method_and_compression():
    card = of_methods([*METHODS, *of_method("test", "Swap", "raw", 7)])
    assert card.by_method == {
        "train": {"real": {"c23": 1200}, "Swap": {"c23": 3}, "Deepfakes": {"c23": 2}},
        "validation": {"real": {"c23": 4}},
        "test": {"real": {"c23": 5}, "Swap": {"c23": 6, "raw": 7}},
    }
    assert list(card.by_method["train"]) == ["real", "Swap", "Deepfakes"]


def test_the_table_of_methods():
    assert card_text(of_methods(METHODS)).splitlines()[5:9] == [
        "  method                train  validation        test",
        "  real c23              1,200           4           5",
        "  Swap c23                  3           0           6",
        "  Deepfakes c23             2           0           0",
    ]
    two = card_text(of_methods([*METHODS, *of_method("test", "Swap", "", 7)])).splitlines()
    assert two[7:9] == [
        "  Swap                      0           0           7",
        "  Swap c23                  3           0           6",
    ]


def test_no_table_that_says_what_the_labels_say():
    fakes = [replace(one, method=("real", "fake")[one.label]) for one in WHOLE]
    for pictures in (WHOLE, fakes):
        assert "method" not in card_text(card_of(pictures))


def test_conversions_are_counted_by_kind():
    converted = [Seen("a", "train", 0, "g", "f", "p", "", kind) for kind in ("grey", None, "grey")]
    card = make_card(converted, name="n", source="s", methods=("real",))
    assert card.conversions == {"grey": 2}


def test_a_card_is_read_as_it_was_written(tmp_path):
    card = make_card(
        [*WHOLE, seen("ä\\xff", "test", 1, pixels="a")],
        name="n",
        source="s",
        methods=("real", "fake"),
        synthetic=True,
        skipped=[("z", "empty file")],
        notes=["made"],
    )
    write_card(card, tmp_path)
    assert read_card(tmp_path) == card


def test_text_names_everything():
    card = make_card(
        WHOLE,
        name="faces",
        source="s",
        methods=("real", "fake"),
        skipped=[("z.jpg", "empty file")],
        ignored={".txt file": 2},
        notes=["made"],
        warnings=["look"],
    )
    text = card_text(card)
    for part in (
        "Data card of faces",
        "train               1        1        1",
        "z.jpg: empty file",
        "2 .txt files",
        card.fingerprint,
        "note: made",
        "WARNING: look",
    ):
        assert part in text


def test_nothing_to_say_of_a_set_in_which_all_is_well():
    assert concerns(make_card(WHOLE, name="n", source="s", methods=("real", "fake"))) == []


def test_concerns_in_full():
    card = make_card(
        [*WHOLE, seen("g", "test", 1, pixels="a")],
        name="n",
        source="s",
        methods=("real", "fake"),
        skipped=[(f"{number}.jpg", "empty file") for number in range(7)],
        ignored={".txt file": 2, "hidden": 1},
        notes=["made"],
        warnings=["look"],
    )
    assert concerns(card) == [
        "WARNING: look",
        "WARNING: 1 picture stands in more than one split: what is tested was also trained on",
        "WARNING: 1 picture is real in one place, fake in another",
        "identical pictures: a = g",
        "skipped 7: 0.jpg: empty file; 1.jpg: empty file; 2.jpg: empty file; "
        "3.jpg: empty file; 4.jpg: empty file; and 2 more; see data_card.json",
        "ignored: 2 .txt files, 1 hidden",
        "note: made",
    ]


def card_of(pictures, **options):
    return make_card(pictures, name="n", source="s", methods=("real", "fake"), **options)


def test_a_leak_of_the_own_split_gets_no_card():
    pictures = [*WHOLE, seen("g", "test", 1, pixels="a")]
    assert card_of(pictures, made_splits=("validation", "test")).duplicates.across_splits == 1
    with pytest.raises(PreparationError, match="the split made here is wrong: 1 picture "):
        card_of(pictures, made_splits=("train", "test"))
    with pytest.raises(PreparationError, match=r"no leaks are allowed \(strict\)"):
        card_of(pictures, strict=True)


def test_a_set_found_again_must_be_without_leaks_where_that_is_asked_for():
    check_no_leaks(card_of(WHOLE))
    for leak in (
        seen("g", "test", 1, pixels="a"),
        seen("g", "train", 1, pixels="a"),
        seen("g", "test", 0, group="a"),
    ):
        with pytest.raises(PreparationError, match="prepared already, has some: 1 "):
            check_no_leaks(card_of([*WHOLE, leak]))
    near = [replace(one, perceptual_hash=bytes(32)) for one in (WHOLE[0], WHOLE[4])]
    with pytest.raises(PreparationError, match="1 picture has a nearly identical one in another"):
        check_no_leaks(card_of([*near, WHOLE[1]]))


def test_a_card_from_before_nearly_identical_pictures_were_looked_for(tmp_path):
    write_card(card_of(WHOLE), tmp_path)
    written = json.loads((tmp_path / "data_card.json").read_text())
    del written["duplicates"]["near_across_splits"], written["crossing_groups"]
    del written["by_method"], written["crossing_clips"]
    (tmp_path / "data_card.json").write_text(json.dumps(written))
    card = read_card(tmp_path)
    assert card.pictures == card_of(WHOLE).pictures
    assert card.by_method == {}
    assert card.crossing_clips is None
    assert "nearly identical pictures across splits: not looked for" in card_text(card)
    with pytest.raises(PreparationError, match="remove the prepared set and prepare it anew"):
        check_no_leaks(card)
