import re

import av
import numpy as np
import pytest

from data_prep.media.video import BadVideoError, read_frames, read_masks, write_mask_video
from tests.data_prep.media.clips import picture, write_clip


def first(path):
    (frame,) = read_frames(path, [0])
    return frame.astype(int)


@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_turn_that_the_header_asks_for(tmp_path, turn, mirror):
    write_clip(tmp_path / "v.mp4", [picture()], turn=turn, mirror=mirror)
    shown = np.rot90(picture(), turn // 90)
    shown = shown[:, ::-1] if mirror else shown
    frame = first(tmp_path / "v.mp4")
    assert frame.shape == shown.shape
    assert np.abs(frame - shown)[4:-4, 4:-4].mean() < 4


def remuxed(path, out, matrix=None, **tags):
    """The stream of `path` in another container, with tags and a display matrix of its own."""
    with av.open(str(path)) as read, av.open(str(out), "w") as written:
        stream = written.add_stream_from_template(read.streams.video[0])
        stream.metadata.update(tags)
        if matrix is not None:
            stream.set_display_matrix(matrix)
        for packet in read.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                written.mux(packet)


@pytest.mark.parametrize("clockwise", [0, 90, 180, 270])
def test_the_tag_counts_where_there_is_no_matrix(tmp_path, clockwise):
    write_clip(tmp_path / "v.mp4", [picture()])
    remuxed(tmp_path / "v.mp4", tmp_path / "v.mkv", rotate=str(clockwise))
    shown = np.rot90(picture(), -clockwise // 90)
    assert np.abs(first(tmp_path / "v.mkv") - shown)[4:-4, 4:-4].mean() < 4


def test_masks_turn_as_their_frames_do(tmp_path):
    mask = picture()[..., 0]
    write_mask_video(tmp_path / "m.mp4", [mask])
    quarter = [0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30]
    remuxed(tmp_path / "m.mp4", tmp_path / "t.mp4", quarter)
    (turned,) = read_masks(tmp_path / "t.mp4", [0])
    np.testing.assert_array_equal(turned, np.rot90(mask, -1))


def test_an_empty_matrix_asks_for_nothing(tmp_path):
    write_clip(tmp_path / "v.mp4", [picture()])
    remuxed(tmp_path / "v.mp4", tmp_path / "t.mkv", [0] * 9)
    assert np.abs(first(tmp_path / "t.mkv") - picture())[4:-4, 4:-4].mean() < 4


def test_a_turn_that_cannot_be_applied(tmp_path):
    write_clip(tmp_path / "v.mp4", [picture()], turn=30)
    with pytest.raises(BadVideoError, match=r"no multiple of 90 degrees"):
        first(tmp_path / "v.mp4")
    write_clip(tmp_path / "w.mp4", [picture()])
    remuxed(tmp_path / "w.mp4", tmp_path / "w.mkv", rotate="45")
    with pytest.raises(BadVideoError, match=re.escape("a turn of '45', not 0, 90, 180 or 270")):
        first(tmp_path / "w.mkv")
