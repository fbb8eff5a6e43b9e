import errno
import json
import math
import os
from typing import Any

import pytest

from jaxticket.runs import Damaged, files


def test_text_replaces_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    files.write_text(path, "old, and longer\n")
    files.write_text(path, "größer\n")
    assert path.read_bytes() == "größer\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def disk_full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failed_write_leaves_the_old_content_and_no_litter(tmp_path, monkeypatch, call):
    path = tmp_path / "a.txt"
    files.write_text(path, "old")
    monkeypatch.setattr(os, call, disk_full)
    with pytest.raises(OSError, match="No space left"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_the_old_content(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    files.write_text(path, "old")

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", die)
        with pytest.raises(SystemExit):
            files.write_text(path, "new")
    assert path.read_text() == "old"
    files.write_text(path, "newer")
    assert path.read_text() == "newer"
    assert list(tmp_path.iterdir()) == [path]


def test_json_comes_back_with_nan_as_null(tmp_path):
    path = tmp_path / "a.json"
    value = {"a": (1, 2.5, math.nan), 3: {"b": [None, True, "ä"]}, "tenth": 0.1}
    files.write_json(path, value)
    back = {"a": [1, 2.5, None], "3": {"b": [None, True, "ä"]}, "tenth": 0.1}
    assert files.read_typed(path, dict, "") == files.plain(value) == back
    assert list(json.loads(path.read_text())) == [*back, "sha256"]
    assert "NaN" not in path.read_text()


def test_infinity_is_no_json(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        files.write_json(tmp_path / "a.json", {"a": math.inf})
    assert not (tmp_path / "a.json").exists()


def test_csv_has_exactly_the_columns_asked_for(tmp_path):
    path = tmp_path / "a.csv"
    files.write_csv(path, [{"b": 0.1, "a": 'x,"y"'}, {"a": None, "b": 2}], ("a", "b"))
    assert path.read_text() == 'a,b\n"x,""y""",0.1\n,2\n'
    with pytest.raises(ValueError, match="c"):
        files.write_csv(path, [{"a": 1, "b": 2, "c": 3}], ("a", "b"))
    assert path.read_text().startswith("a,b\n")


def test_json_on_disk_ends_with_a_newline(tmp_path):
    files.write_json(tmp_path / "a.json", {})
    assert (tmp_path / "a.json").read_text() == "{}\n"


@pytest.mark.parametrize("content", [b"[1]", b"7", b"{", b"\xff", b"[" * 10**5])
def test_what_is_no_object_is_damage_with_its_remedy(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"a\.json is damaged \(.+\): mend it$"):
        files.read_typed(path, dict[str, Any], "mend it")
