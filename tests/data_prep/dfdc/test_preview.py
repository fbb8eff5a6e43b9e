import json

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc.described import Described
from data_prep.dfdc.preview import read_preview

REAL = {"label": "real", "set": "train", "target_id": "1", "swapped_id": None, "augmentations": []}
FAKE = {"label": "fake", "set": "test", "target_id": 1, "swapped_id": 2, "augmentations": ["low"]}


def written(tmp_path, content):
    path = tmp_path / "dataset.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(f"\ufeff{text}", encoding="utf-8")
    return path


def test_what_is_said(tmp_path):
    content = {
        "original_videos/1/1_A_001.mp4": REAL,
        "method_A/1/1_A/2_1_A_001.mp4": FAKE,
    }
    assert read_preview(written(tmp_path, content)) == {
        "original_videos/1/1_A_001": Described(0, "train", None, "original_videos", ("1",)),
        "method_A/1/1_A/2_1_A_001": Described(1, "test", None, "method_A", ("1", "2"), ("low",)),
    }


def test_contradictions_between_label_and_folder(tmp_path):
    content = {f"original_videos/1/{n}.mp4": FAKE for n in range(4)}
    with pytest.raises(PreparationError) as caught:
        read_preview(written(tmp_path, content))
    text = "original_videos/1/{}.mp4 is said to be fake, but original_videos holds videos that are"
    assert [text.format(n) in str(caught.value) for n in range(4)] == [True, True, True, False]
    assert "and 1 more" in str(caught.value)
    with pytest.raises(PreparationError, match="method_A holds videos that are fake"):
        read_preview(written(tmp_path, {"method_A/1/1.mp4": REAL}))


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("1.mp4", FAKE),
        ("/method_A/1.mp4", FAKE),
        ("../method_A/1.mp4", FAKE),
        ("method_A/../../1.mp4", FAKE),
        ("method_A/1.txt", FAKE),
        ("method_A/1.mp4", FAKE | {"label": "FORGED"}),
        ("method_A/1.mp4", FAKE | {"set": "extra"}),
        ("method_A/1.mp4", FAKE | {"target_id": None}),
        ("method_A/1.mp4", []),
    ],
)
def test_wrong_entries_are_named(tmp_path, name, entry):
    with pytest.raises(PreparationError) as caught:
        read_preview(written(tmp_path, {name: entry}))
    assert str(caught.value).startswith(f"{tmp_path / 'dataset.json'}: ")
    assert name.rpartition("/")[2] in str(caught.value)


@pytest.mark.parametrize("text", ["[", "[]", '{"a": 1, "a": 2}'])
def test_no_such_file(tmp_path, text):
    with pytest.raises(PreparationError, match="is not a JSON"):
        read_preview(written(tmp_path, text))
