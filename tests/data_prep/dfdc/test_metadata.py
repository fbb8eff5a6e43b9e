import json

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.described import Described
from data_prep.dfdc.metadata import read_metadata


def written(tmp_path, content):
    path = tmp_path / "metadata.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_what_is_said(tmp_path):
    content = {
        "aaa.mp4": {"label": "FAKE", "split": "train", "original": "bbb.mp4"},
        "bbb.mp4": {"label": "REAL", "split": "train"},
        "ccc.mp4": {"label": "REAL", "split": "test", "original": None},
        "été.Mov": {"label": "FAKE", "original": "ccc.mp4", "split": "Validation"},
        "ddd.mp4": {"label": "REAL", "split": "test", "original": ""},
        "eee.mp4": {"label": "REAL", "split": "test", "original": "eee.mp4"},
        "fff.mp4": {"label": "FAKE", "original": "bbb.mp4"},
    }
    assert read_metadata(written(tmp_path, content)) == {
        "aaa": Described(1, "train", "bbb"),
        "bbb": Described(0, "train", "bbb"),
        "ccc": Described(0, "test", "ccc"),
        "été": Described(1, "validation", "ccc"),
        "ddd": Described(0, "test", "ddd"),
        "eee": Described(0, "test", "eee"),
        "fff": Described(1, "train", "bbb"),
    }


def test_a_test_set_names_no_originals(tmp_path):
    content = {
        "aaa.mp4": {"is_fake": 0, "augmentations": {}},
        "bbb.mp4": {"is_fake": 1, "augmentations": {"blur": 3, "overlay": {"text": "x"}}},
        "ccc.mp4": {"is_fake": True, "split": "validation", "label": "FAKE", "original": "a.mp4"},
    }
    assert read_metadata(written(tmp_path, content), "test") == {
        "aaa": Described(0, "test", "aaa"),
        "bbb": Described(1, "test", None, augmentations=("blur", "overlay")),
        "ccc": Described(1, "validation", "a"),
    }


FAKE = {"label": "FAKE", "split": "train", "original": "b.mp4"}


@pytest.mark.parametrize(
    ("name", "entry", "said"),
    [
        ("../a.mp4", FAKE, r"'../a.mp4' is no video in its folder"),
        ("/a.mp4", FAKE, "is no video in its folder"),
        ("..\\a.mp4", FAKE, "is no video in its folder"),
        ("a.txt", FAKE, "is no video in its folder"),
        (".mp4", FAKE, "is no video in its folder"),
        ("a\0.mp4", FAKE, "is no video in its folder"),
        ("a.mp4", FAKE | {"original": "../b.mp4"}, r"'../b.mp4' is no video in its folder"),
        ("a.mp4", FAKE | {"original": None}, "a.mp4 is FAKE and names no original"),
        ("a.mp4", FAKE | {"original": 5}, "a.mp4 is FAKE and names no original"),
        ("a.mp4", {"label": "FAKE"}, "a.mp4 is FAKE and names no original"),
        ("a.mp4", FAKE | {"label": "REAL"}, r"a.mp4 is REAL and yet has the original 'b.mp4'"),
        ("a.mp4", FAKE | {"label": 1}, "a.mp4 is not labelled REAL or FAKE"),
        ("a.mp4", "FAKE", "a.mp4 is not labelled REAL or FAKE"),
        ("a.mp4", {"is_fake": 2}, "a.mp4 is not labelled REAL or FAKE"),
        ("a.mp4", {"is_fake": "no"}, "a.mp4 is not labelled REAL or FAKE"),
        ("a.mp4", FAKE | {"is_fake": 0}, "a.mp4 is labelled FAKE, and yet is_fake is 0"),
        ("a.mp4", {"is_fake": 0, "original": "b.mp4"}, "a.mp4 is REAL and yet has the original"),
        ("a.mp4", FAKE | {"split": "extra"}, "a.mp4 has the split 'extra'"),
    ],
)
def test_wrong_entries_are_named(tmp_path, name, entry, said):
    path = written(tmp_path, {name: entry})
    with pytest.raises(PreparationError) as caught:
        read_metadata(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "not a JSON file"),
        ("[" * 10**5, "not a JSON file"),
        ("[]", "not a JSON object"),
        ('{"a":1,"a":1}', "'a' stands in it"),
        (
            json.dumps({"a.mp4": {"label": "REAL"}, "a.avi": {"label": "REAL"}}),
            "metadata.json: there is a second video of the name a",
        ),
    ],
    ids=["cut", "deep", "list", "twice", "two suffixes"],
)
def test_no_such_file(tmp_path, text, said):
    with pytest.raises(PreparationError, match=said):
        read_metadata(written(tmp_path, text))
