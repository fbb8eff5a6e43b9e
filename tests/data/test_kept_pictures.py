"""Decoded pictures in a folder: the same as decoded ones, held once, and never others."""

import os
import threading
import time

import numpy as np
import pytest

from jaxticket.data import examples as examples_module
from jaxticket.data import kept_pictures, load_examples
from jaxticket.data.kept_pictures import drop_oldest, kept_or_made, name_of

SHAPE = (3, 2, 2, 3)
PICTURES = np.arange(36, dtype=np.uint8).reshape(SHAPE)


def fill(pictures):
    pictures[:] = PICTURES


def refuse(pictures):
    raise AssertionError("decoded once more")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kept" / name_of([b"a", b"b", b"c"], 2)


def test_loaded_examples_are_the_same_kept_or_not(prepared, tmp_path, monkeypatch):
    plain = load_examples(prepared, "train", 9)
    first = load_examples(prepared, "train", 9, folder=tmp_path)
    monkeypatch.setattr(examples_module, "decode_square", None)  # and none is decoded once more
    again = load_examples(prepared, "train", 9, folder=tmp_path)
    at = [4, 0, 4]
    for one in (first, again):
        assert one.images(range(20)).tobytes() == plain.images(range(20)).tobytes()
        assert one.in_memory
        assert one.keys.tolist() == plain.keys.tolist()
        batch = one.images(at)
        batch[:] = 0  # a copy, which may be changed
        assert one.images(at).tobytes() == plain.images(at).tobytes()
    (kept,) = tmp_path.iterdir()
    np.testing.assert_array_equal(np.load(kept), plain.images(range(20)))


def test_other_pictures_another_order_and_another_size_have_other_files(prepared, tmp_path):
    load_examples(prepared, "test", 6, folder=tmp_path)
    load_examples(prepared, "test", 5, folder=tmp_path)
    load_examples(prepared, "validation", 6, folder=tmp_path)
    assert len(list(tmp_path.glob("*.npy"))) == 3
    assert name_of([b"a", b"b"], 6) != name_of([b"b", b"a"], 6)


def test_kept_pictures_are_mapped_and_cannot_be_written(file):
    made = kept_or_made(file, SHAPE, fill)
    found = kept_or_made(file, SHAPE, refuse)
    for pictures in (made, found):
        np.testing.assert_array_equal(pictures, PICTURES)
        assert not pictures.flags.owndata
        assert not pictures.flags.writeable
    assert [place.name for place in file.parent.iterdir()] == [file.name]
    assert file.parent.stat().st_mode & 0o777 == 0o700


def cut_short(file):
    file.write_bytes(file.read_bytes()[:-1])


def one_bit(file):
    content = bytearray(file.read_bytes())
    content[140] ^= 1
    file.write_bytes(content)


def of_another_shape(file):
    content = file.read_bytes()
    file.write_bytes(content.replace(b"(3, 2, 2, 3)", b"(3, 2, 3, 2)"))


@pytest.mark.parametrize("spoil", [cut_short, of_another_shape, one_bit])
def test_a_damaged_file_is_made_again(file, spoil):
    kept_or_made(file, SHAPE, fill)
    whole = file.read_bytes()
    spoil(file)
    assert file.read_bytes() != whole
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)
    assert file.read_bytes() == whole


def test_no_link_is_followed(file, tmp_path):
    elsewhere = tmp_path / "elsewhere.npy"
    kept_or_made(elsewhere, SHAPE, fill)
    before = elsewhere.read_bytes()
    file.parent.mkdir()
    file.symlink_to(elsewhere)
    filled = []
    kept_or_made(file, SHAPE, filled.append)
    assert len(filled) == 1
    assert not file.is_symlink()
    assert elsewhere.read_bytes() == before

    partial = file.with_name(file.name + ".partial")
    file.unlink()
    partial.symlink_to(elsewhere)
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)
    assert elsewhere.read_bytes() == before


def test_a_file_of_somebody_else_is_not_used(file, monkeypatch):
    kept_or_made(file, SHAPE, fill)
    monkeypatch.setattr(kept_pictures.os, "geteuid", lambda: os.getuid() + 1)
    filled = []
    kept_or_made(file, SHAPE, filled.append)
    assert len(filled) == 1


def test_without_a_folder_or_room_pictures_are_decoded(tmp_path, monkeypatch):
    (tmp_path / "a_file").touch()
    file = tmp_path / "a_file" / "x.npy"
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)
    file = tmp_path / "small" / "x.npy"
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill, limit=35), PICTURES)
    assert list(file.parent.iterdir()) == []
    full = kept_pictures.shutil.disk_usage(tmp_path)._replace(free=71)
    monkeypatch.setattr(kept_pictures.shutil, "disk_usage", lambda _: full)
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)
    assert list(file.parent.iterdir()) == []


def test_what_fails_to_decode_leaves_no_file_and_no_lock(file):
    with pytest.raises(AssertionError, match="decoded"):
        kept_or_made(file, SHAPE, refuse)
    assert list(file.parent.iterdir()) == []
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)


def test_those_not_used_for_longest_go_first(tmp_path):
    for age, name in enumerate("abc"):
        kept_or_made(tmp_path / f"{name}.npy", SHAPE, fill)
        os.utime(tmp_path / f"{name}.npy", (0, 1000 - age))
    each = (tmp_path / "a.npy").stat().st_size
    held = kept_or_made(tmp_path / "c.npy", SHAPE, refuse)  # used now
    drop_oldest(tmp_path, 2 * each)
    assert sorted(place.name for place in tmp_path.iterdir()) == ["a.npy", "c.npy"]
    drop_oldest(tmp_path, 0)
    np.testing.assert_array_equal(held, PICTURES)


def test_what_a_killed_process_left_is_written_anew_or_goes(file):
    file.parent.mkdir()
    left, old, new = (file.with_name(f"{name}.partial") for name in (file.name, "old", "new"))
    for place in (left, old, new):
        place.write_bytes(b"half" * 99)
    os.utime(old, (0, 0))
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, fill), PICTURES)
    assert sorted(place.name for place in file.parent.iterdir()) == sorted([file.name, new.name])
    kept_or_made(file, SHAPE, refuse)


def test_two_that_ask_at_once_decode_once(file):
    began, filled = threading.Event(), []

    def slowly(pictures):
        began.set()
        time.sleep(0.05)
        filled.append(1)
        fill(pictures)

    one = threading.Thread(target=kept_or_made, args=(file, SHAPE, slowly))
    one.start()
    assert began.wait(60)
    np.testing.assert_array_equal(kept_or_made(file, SHAPE, refuse), PICTURES)
    one.join()
    assert filled == [1]
    assert [place.name for place in file.parent.iterdir()] == [file.name]
