import pytest
import tensorflow_datasets as tfds

from data_prep.checks.complete import PreparationError
from data_prep.folder import prepare_folder, prepare_pictures
from data_prep.folder.command import Config
from data_prep.prepared.card import read_card
from data_prep.videos_split import open_videos_split
from data_prep.videos_split.__main__ import main

WHOLE = [
    f"{split}/{kind}/{name}/{frame}.png"
    for split, pair in (("train", "000_003"), ("test", "007_009"), ("val", "010_011"))
    for kind, name in (("real", pair[:3]), ("real", pair[4:]), ("fake", pair))
    for frame in range(2)
]


def test_records_and_card(fill, tmp_path):
    source = fill(*WHOLE)
    version = prepare_pictures(open_videos_split(source), tmp_path / "out")
    assert version.parents[1].name == "videos_split"
    assert (version / "videos_split-test.array_record-00000-of-00001").is_file()
    card = read_card(version)
    assert card.pictures["test"] == {"real": 4, "fake": 2}
    assert card.groups == {"train": 1, "validation": 1, "test": 1}
    assert card.warnings == ()
    assert card.notes[-1].startswith("a group is the pair that the names give (000_003")
    found = {
        record["key"].decode(): (record["video"].decode(), record["frame"], record["label"])
        for record in tfds.builder_from_directory(version).as_data_source("train")
    }
    assert found["train/fake/000_003/1.png"] == ("fake/000_003", 1, 1)
    assert found["train/real/003/0.png"] == ("real/003", 0, 0)
    # As a plain folder it is another set.
    assert prepare_folder(source, tmp_path / "out").parents[1].name == "picture_folder"
    assert prepare_pictures(open_videos_split(source), tmp_path / "out", strict=True) == version


def test_clips_too_few_for_a_split_made_here_are_named(fill, tmp_path):
    source = fill(*(f"train/{clip}_frame{n}.png" for clip in ("real/clip1", "fake/clip2")
                    for n in range(9)))  # fmt: skip
    with pytest.raises(PreparationError, match=r"is empty: .* the groups are clip1, clip2"):
        prepare_pictures(open_videos_split(source), tmp_path / "out")


def test_a_pair_in_both_splits_warns_or_fails(fill, tmp_path, capsys):
    source = fill(*WHOLE, "test/fake/003_000/0.png", "test/real/000/5.png")
    assert main(Config(source, tmp_path / "out")) == 0
    out = capsys.readouterr().out
    assert "WARNING: 1 group with 8 pictures stands in more than one split (000_003 in train" in out
    with pytest.raises(PreparationError, match=r"1 group stands in more than one split"):
        prepare_pictures(open_videos_split(source), tmp_path / "out", strict=True)
    with pytest.raises(PreparationError, match=r"  000_003 in train and test"):
        prepare_pictures(open_videos_split(source), tmp_path / "new", strict=True)
