import json
from pathlib import Path

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faceforensics.splits import Member, read_splits

PAIRS = {"train": [["071", "054"]], "val": [["000", "003"]], "test": [["002", "001"]]}


@pytest.fixture
def write(tmp_path):
    """Writes split files, the given ones instead of the good ones."""
    root = tmp_path.resolve()

    def write(folder="splits", **changed):
        (root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in (PAIRS | changed).items():
            text = content if isinstance(content, str) else json.dumps(content)
            (root / folder / f"{name}.json").write_text(text)
        return root

    return write


def test_both_originals_and_both_forgeries_are_one_group(write):
    splits = read_splits(write())
    assert splits.originals == {
        "071": Member("train", "071_054", "071"),
        "054": Member("train", "071_054", "054"),
        "000": Member("validation", "000_003", "000"),
        "003": Member("validation", "000_003", "003"),
        "002": Member("test", "002_001", "002"),
        "001": Member("test", "002_001", "001"),
    }
    assert splits.forgeries == {
        "071_054": Member("train", "071_054", "071"),
        "054_071": Member("train", "071_054", "054"),
        "000_003": Member("validation", "000_003", "000"),
        "003_000": Member("validation", "000_003", "003"),
        "002_001": Member("test", "002_001", "002"),
        "001_002": Member("test", "002_001", "001"),
    }
    assert [file.name for file in splits.files] == [
        "splits/train.json",
        "splits/val.json",
        "splits/test.json",
    ]


def test_split_files_beside_the_data(write):
    splits = read_splits(write("."))
    assert [file.name for file in splits.files] == ["train.json", "val.json", "test.json"]
    assert splits.originals["000"].split == "validation"


def test_the_folder_splits_comes_before_what_lies_beside_the_data(write):
    write(".", train=[["998", "999"]])
    assert read_splits(write()).originals["071"].split == "train"


def test_a_given_folder_at_home_or_by_a_relative_path(write, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    root = write("lists")
    for given in ("~/lists", "lists"):
        splits = read_splits((tmp_path / "data").resolve(), Path(given))
        assert splits.originals["003"].split == "validation"
        assert splits.files[0].name == str(root / "lists/train.json")


@pytest.mark.parametrize("name", ["validation", "valid"])
def test_other_names_of_the_validation_file(write, name):
    root = write("dataset/splits")
    (root / "dataset/splits/val.json").rename(root / f"dataset/splits/{name}.json")
    splits = read_splits(root)
    assert splits.originals["000"].split == "validation"
    assert splits.files[1].name == f"dataset/splits/{name}.json"
    write("dataset/splits")
    with pytest.raises(PreparationError, match=rf"has both .*val\.json and .*{name}\.json: leave"):
        read_splits(root)


def test_a_split_file_is_missing(write):
    root = write()
    (root / "splits/val.json").unlink()
    with pytest.raises(PreparationError, match=r"has no val\.json: the official train\.json, val"):
        read_splits(root)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("[", r"val\.json is not a JSON file"),
        ({"000": "003"}, r"val\.json is not a list of pairs"),
        ([["000", "003"], ["004"]], r"val\.json: pair 1 is \['004'\], not two names"),
        ([["000", "003", "004"]], "pair 0 is"),
        ([[1, 3]], r"pair 0 is \[1, 3\], not two names in quotation marks"),
        pytest.param("[" * 10**5, r"val\.json is not a JSON file", id="deep"),
        (["000"], "pair 0 is '000'"),
        (["ab"], "pair 0 is 'ab'"),
        ([7], "pair 0 is 7"),
        ([["", "003"]], "pair 0 is"),
        ([["\udcff", "003"]], "pair 0 is"),
        ([["000", "000"]], "pair 0 names 000 twice"),
        (
            [["000", "003"], ["003", "004"]],
            "003 of pair 1 stands already in the pair 000_003 of val",
        ),
        ([["000", "003"], ["003", "000"]], "stands already in the pair 000_003"),
        ([["000", "071"]], r"071 of pair 0 stands already in the pair 071_054 of train\.json"),
        # 071_054 would be a forgery of two pairs.
        ([["a_b", "c"], ["a", "b_c"]], "a_b_c of pair 1 stands already in the pair a_b_c"),
    ],
)
def test_wrong_split_files_are_named(write, content, text):
    with pytest.raises(PreparationError, match=text):
        read_splits(write(val=content))
