"""Names in the metadata that are no text: JSON can hold them, and so can file systems."""

import json
import os

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.dfdc import open_dfdc


def written(tmp_path, described):
    root = tmp_path.resolve()
    for name in described:
        (root / name).write_text("x")
    (root / "metadata.json").write_text(json.dumps(described))
    return root


def test_names_that_are_not_utf_8(tmp_path):
    name = os.fsdecode(b"a\xfe.mp4")
    forged = {"label": "FAKE", "original": name}
    found = open_dfdc(written(tmp_path, {name: {"label": "REAL"}, "f.mp4": forged})).videos
    assert [(video.video, video.group) for video in found] == [
        ("a\\xfe", "a\\xfe"),
        ("f", "a\\xfe"),
    ]
    assert found[1].boxes_of == ("f", "a\\xfe")


def test_half_a_character_is_no_name(tmp_path):
    forged = {"label": "FAKE", "original": "\ud800.mp4"}
    root = written(tmp_path, {"a.mp4": {"label": "REAL"}, "f.mp4": forged})
    with pytest.raises(PreparationError, match=r"metadata\.json is .*: half a character"):
        open_dfdc(root)
