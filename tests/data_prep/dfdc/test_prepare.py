import json

import pytest
import tensorflow_datasets as tfds

from data_prep.dfdc import open_dfdc
from data_prep.dfdc.__main__ import Config, main
from data_prep.prepared.card import read_card
from data_prep.videos import VideoOptions, prepare_videos
from tests.data_prep.videos.trees import write_videos

ORIGINALS = ("a", "b", "c", "d")


@pytest.fixture
def tree(tmp_path):
    """Two parts of two originals with a forgery each; one forgery is a single frame."""
    root = tmp_path / "dfdc"
    videos, described = [], {}
    for number, original in enumerate(ORIGINALS):
        part = described.setdefault(f"dfdc_train_part_{number // 2}", {})
        part[f"{original}.mp4"] = {"label": "REAL", "split": "train"}
        part[f"f{original}.mp4"] = {
            "label": "FAKE", "split": "train", "original": f"{original}.mp4",
        }  # fmt: skip
        videos += [f"dfdc_train_part_{number // 2}/{kind}{original}" for kind in ("", "f")]
    originals = [video for video in videos if "/f" not in video]
    write_videos(root, videos, boxes_of=originals, frames={"dfdc_train_part_0/fa": 1})
    for part, content in described.items():
        (root / part / "metadata.json").write_text(json.dumps(content))
    return root


def test_records_and_card(tree, tmp_path):
    version = prepare_videos(
        open_dfdc(tree), tmp_path / "out", options=VideoOptions(frames=2, size=16)
    )
    card = read_card(version)
    assert version.parents[1].name == "dfdc"
    assert (version / "dfdc-train.array_record-00000-of-00001").is_file()
    assert card.groups == {"train": 2, "validation": 1, "test": 1}
    assert sum(counts["real"] for counts in card.pictures.values()) == 8
    assert sum(counts["fake"] for counts in card.pictures.values()) == 7
    assert card.skipped == card.warnings == ()
    groups = {}
    for split in ("train", "validation", "test"):
        for record in tfds.builder_from_directory(version).as_data_source(split):
            groups.setdefault(record["group"].decode(), set()).add(record["video"].decode())
            assert record["label"] == ("/f" in record["video"].decode())
    assert groups == {
        original: {f"dfdc_train_part_{n // 2}/{kind}{original}" for kind in ("", "f")}
        for n, original in enumerate(ORIGINALS)
    }


def test_the_command_says_what_is_wrong(tree, tmp_path, capsys):
    (tree / "dfdc_train_part_0/metadata.json").write_text("{")
    assert main(Config(tree, tmp_path / "out")) == 2
    assert "metadata.json is not a JSON file: " in capsys.readouterr().err
