import pytest

from data_prep.media.containers import BadVideoError
from data_prep.media.headers import TURNED, VideoHeader, read_header
from tests.data_prep.media.clips import CLIPS, picture, write_clip


@pytest.mark.parametrize(
    ("name", "container", "codec"),
    [
        ("a.mp4", "QuickTime / MOV", "h264"),
        ("g.AVI", "AVI (Audio Video Interleaved)", "mpeg4"),
        ("i.webm", "Matroska / WebM", "vp9"),
    ],
)
def test_what_a_header_says(tmp_path, name, container, codec):
    write_clip(tmp_path / name, [picture()] * 10, CLIPS[name])
    header = read_header(tmp_path / name)
    assert (header.container, header.codec) == (container, codec)
    assert (header.width, header.height, header.frames_per_second) == (64, 48, 25)
    assert header.seconds == pytest.approx(0.4, abs=0.05)
    # Of so short a clip the index is much of the file.
    size = 8 * (tmp_path / name).stat().st_size
    assert header.bit_rate is not None
    assert 0 < header.bit_rate * 0.4 <= 1.2 * size
    assert header.remarks == ()


def test_width_and_height_as_it_is_shown(tmp_path):
    write_clip(tmp_path / "a.mov", [picture()], turn=90)
    header = read_header(tmp_path / "a.mov")
    assert (header.width, header.height, header.remarks) == (48, 64, (TURNED,))


def test_bits_per_pixel_by_hand():
    said = VideoHeader("MOV", "h264", 100, 50, 20.0, 1.0, 10_000, ())
    assert said.bits_per_pixel == 0.1
    assert VideoHeader("MOV", "h264", 100, 50, 20.0, None, None, ()).bits_per_pixel is None


def test_a_file_that_is_no_video(tmp_path):
    (tmp_path / "a.mp4").touch()
    with pytest.raises(BadVideoError, match="empty file"):
        read_header(tmp_path / "a.mp4")
