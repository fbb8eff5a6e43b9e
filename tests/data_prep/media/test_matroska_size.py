import pytest

from data_prep.media.matroska_size import is_cut_off
from tests.data_prep.media.clips import CLIPS, picture, write_clip

EBML = bytes.fromhex("1A45DFA3 83") + b"abc"
SEGMENT = bytes.fromhex("18538067")


@pytest.mark.parametrize(
    ("content", "cut"),
    [
        (EBML + SEGMENT + b"\x85" + b"12345", False),
        (EBML + SEGMENT + b"\x85" + b"1234", True),
        (EBML + SEGMENT + b"\x40\x05" + b"12345", False),  # the same in two bytes
        (EBML + SEGMENT + b"\x40\x05" + b"1234", True),
        (EBML + SEGMENT + b"\xff" + b"1234", False),  # all bits set: no size is said
        (EBML + SEGMENT + b"\x01" + b"\xff" * 7 + b"1234", False),
        (EBML + SEGMENT, False),
        (EBML + b"\x00" * 20, False),
        (EBML[:-1], False),
        (b"\x00\x00\x00\x18ftypisom", False),
        (b"", False),
    ],
)
def test_by_hand(tmp_path, content, cut):
    (tmp_path / "a.mkv").write_bytes(content)
    assert is_cut_off(tmp_path / "a.mkv") is cut


@pytest.mark.parametrize("name", ["h.mkv", "i.webm"])
def test_files_as_they_are_written(tmp_path, name):
    path = tmp_path / name
    write_clip(path, [picture()] * 3, CLIPS[name])
    assert not is_cut_off(path)
    path.write_bytes(path.read_bytes()[:-1])
    assert is_cut_off(path)
    write_clip(path, [picture()] * 3, CLIPS[name], container={"live": "1"})
    assert not is_cut_off(path)
