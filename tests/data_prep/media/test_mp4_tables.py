import pytest

from data_prep.media.containers import BadVideoError
from data_prep.media.mp4_tables import check_tables
from data_prep.media.video import count_frames
from tests.data_prep.media.clips import CLIPS, picture, write_clip


def with_count(path, name, behind, count):
    """Write `count` into the last table `name`, `behind` bytes after its name."""
    data = bytearray(path.read_bytes())
    place = data.rindex(name) + 4 + behind
    assert int.from_bytes(data[place : place + 4]) == 3
    data[place : place + 4] = count.to_bytes(4)
    path.write_bytes(data)


@pytest.mark.parametrize("count", [10**6, 2**32 - 1])
def test_more_frames_than_bytes(tmp_path, count):
    path = tmp_path / "v.mp4"
    write_clip(path, [picture()] * 3)
    with_count(path, b"stsz", 8, count)
    with pytest.raises(BadVideoError, match=rf"its header names {count:,} frames, more than the"):
        count_frames(path)


def test_more_frames_than_bytes_in_a_fragment(tmp_path):
    path = tmp_path / "v.mp4"
    write_clip(path, [picture()] * 3, container={"movflags": "empty_moov+frag_keyframe"})
    assert count_frames(path) == 3
    with_count(path, b"trun", 4, 10**9)
    with pytest.raises(BadVideoError, match="its header names 1,000,000,000 frames"):
        count_frames(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\0\0\0\x10moov\0\0\0\x08cmov", "its header is compressed"),
        (b"\0\0\0\0moovstsz" + b"\xff" * 12, "names 4,294,967,295 frames"),
        (b"\0\0\0\x01free" + (16).to_bytes(8) + b"\0\0\0\x99moovtrun" + b"\xff" * 9, "frames"),
    ],
    ids=["compressed", "to the end", "of 64 bits, cut"],
)
def test_by_hand(tmp_path, content, message):
    (tmp_path / "v.mp4").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        check_tables(tmp_path / "v.mp4")


def test_pictures_are_not_searched(tmp_path):
    """What names a table may stand in the coded pictures by chance."""
    for name in ("mdat", "RIFF", "\xa9ab\x02"):
        box = b"\0\0\0\x18" + name.encode("latin-1") + b"stsz" + b"\xff" * 12
        (tmp_path / "v").write_bytes(box * 2)
        check_tables(tmp_path / "v")
    for content in (b"x", b"\0\0\0\x07moovstsz" + b"\xff" * 12, b"G@\0\x10\0\0\xb0\rcmov"):
        (tmp_path / "v").write_bytes(content)
        check_tables(tmp_path / "v")


@pytest.mark.parametrize("name", CLIPS)
def test_whole_videos_pass(tmp_path, name):
    write_clip(tmp_path / name, [picture()] * 3, CLIPS[name])
    check_tables(tmp_path / name)
