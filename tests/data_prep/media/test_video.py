import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from data_prep.media import video
from data_prep.media.video import (
    BadVideoError,
    count_frames,
    read_frames,
    read_masks,
    write_mask_video,
    write_video,
)


def noise(count: int, height: int = 32, width: int = 48) -> list[np.ndarray]:
    draw = np.random.default_rng(3)
    return list(draw.integers(0, 256, (count, height, width, 3), dtype=np.uint8))


def test_raw_comes_back_bit_by_bit(tmp_path):
    frames = noise(5)
    write_video(tmp_path / "v.mp4", iter(frames), crf=0)
    read = list(read_frames(tmp_path / "v.mp4", range(5)))
    assert [frame.dtype for frame in read] == [np.uint8] * 5
    np.testing.assert_array_equal(read, frames)


def test_masks_come_back_bit_by_bit(tmp_path):
    values = np.array([0, 1, 127, 254, 255], np.uint8)
    masks = list(np.random.default_rng(0).choice(values, (4, 34, 46)))
    write_mask_video(tmp_path / "m.mp4", masks)
    np.testing.assert_array_equal(list(read_masks(tmp_path / "m.mp4", range(4))), masks)


@pytest.mark.parametrize("level", [16, 235, 255])
def test_a_mask_of_one_value_keeps_it(tmp_path, level):
    write_mask_video(tmp_path / "m.mp4", [np.full((16, 16), level, np.uint8)])
    (mask,) = read_masks(tmp_path / "m.mp4", [0])
    assert (mask == level).all()
    (frame,) = read_frames(tmp_path / "m.mp4", [0])
    assert (frame == level).all()


def test_higher_rate_factors_lose_more(tmp_path):
    frames = [cv2.GaussianBlur(frame, (0, 0), 2) for frame in noise(4, 64, 64)]
    errors, sizes = [], []
    for crf in (0, 23, 40):
        write_video(tmp_path / "v.mp4", frames, crf=crf)
        read = np.array(list(read_frames(tmp_path / "v.mp4", range(4))))
        errors.append(np.abs(read.astype(int) - frames).mean())
        sizes.append((tmp_path / "v.mp4").stat().st_size)
    assert 0 == errors[0] < errors[1] < errors[2]
    assert sizes[0] > sizes[1] > sizes[2]


def test_the_same_frames_are_the_same_file(tmp_path):
    frames = noise(12)
    for crf in (0, 23):
        for name in ("a", "b"):
            write_video(tmp_path / name, frames, crf=crf, preset="veryfast")
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_more_frames_than_are_read(tmp_path, monkeypatch):
    write_video(tmp_path / "a.mp4", noise(3), crf=0)
    monkeypatch.setattr(video, "VIDEO_FRAMES", 3)
    assert count_frames(tmp_path / "a.mp4") == 3
    monkeypatch.setattr(video, "VIDEO_FRAMES", 2)
    with pytest.raises(BadVideoError, match=r"^too long: more than 2 frames$"):
        count_frames(tmp_path / "a.mp4")


def test_some_frames_of_many(tmp_path):
    frames = noise(30)
    write_video(tmp_path / "v.mp4", frames, crf=0)
    assert count_frames(tmp_path / "v.mp4") == 30
    read = list(read_frames(str(tmp_path / "v.mp4"), [0, 7, 29]))
    np.testing.assert_array_equal(read, [frames[0], frames[7], frames[29]])
    assert list(read_frames(tmp_path / "v.mp4", [])) == []


def test_frames_stream_in_and_out(tmp_path):
    """Neither writing nor reading holds more than a few of 60 frames of 675 KB."""

    def frames() -> Iterator[np.ndarray]:
        for number in range(60):
            yield np.full((360, 640, 3), number, np.uint8)

    tracemalloc.start()
    write_video(tmp_path / "v.mp4", frames(), crf=0, preset="ultrafast")
    seen = [frame[0, 0, 0] for frame in read_frames(tmp_path / "v.mp4", range(60))]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == list(range(60))
    assert peak < 8 * 640 * 360 * 3


@pytest.mark.parametrize(
    ("frames", "text"),
    [
        ([], r"no frames for the video .*v\.mp4"),
        ([np.zeros((32, 31, 3), np.uint8)], r"31 x 32: H\.264 needs even sides"),
        ([np.zeros((0, 32, 3), np.uint8)], "even sides"),
        ([np.zeros((32, 32), np.uint8)], r"uint8 \[32, 32\], not uint8 \[32, 32, 3\]"),
        ([np.zeros((32, 32, 3), np.float32)], "is float32"),
        ([np.zeros((32, 32, 3), np.uint8), np.zeros((30, 32, 3), np.uint8)], r"\[30, 32, 3\], not"),
    ],
)
def test_frames_that_cannot_be_written(tmp_path, frames, text):
    with pytest.raises(ValueError, match=text):
        write_video(tmp_path / "v.mp4", frames, crf=23)
    assert not (tmp_path / "v.mp4").exists()


def test_a_rate_factor_that_is_none(tmp_path):
    with pytest.raises(ValueError, match=r"52 .* is not in 0\.\.51"):
        write_video(tmp_path / "v.mp4", noise(1), crf=52)


def test_nothing_is_left_where_the_frames_end_in_an_error(tmp_path):
    def failing():
        yield noise(1)[0]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_video(tmp_path / "v.mp4", failing(), crf=23)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OSError, match=r"nowhere/v\.mp4 cannot be written: No such file"):
        write_video(tmp_path / "nowhere/v.mp4", noise(1), crf=23)


def test_a_preset_that_is_none(tmp_path):
    with pytest.raises(ValueError, match="the preset 'quick' is unknown; use one of ultrafast"):
        write_mask_video(tmp_path / "v.mp4", [frame[..., 0] for frame in noise(1)], preset="quick")


@pytest.mark.parametrize("content", [b"", b"hello" * 999, bytes(9999)], ids=["empty", "text", "0"])
def test_files_that_are_no_videos(tmp_path, content):
    path = tmp_path / "v.mp4"
    path.write_bytes(content)
    text = "empty file" if not content else "not a whole video"
    with pytest.raises(BadVideoError, match=text):
        count_frames(path)
    with pytest.raises(BadVideoError, match=text):
        next(read_frames(path, [0]))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(BadVideoError, match="cannot be read: No such file"):
        count_frames(tmp_path / "v.mp4")


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file(tmp_path, share):
    path = tmp_path / "v.mp4"
    write_video(path, noise(10), crf=0)
    data = path.read_bytes()
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(BadVideoError, match="not a whole video"):
        count_frames(path)


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_truncated_file_with_its_index_in_front(tmp_path, share):
    """The header still promises all ten frames."""
    write_video(tmp_path / "v.mp4", noise(10), crf=0)
    path = tmp_path / "fast.mp4"
    with (
        av.open(str(tmp_path / "v.mp4")) as read,
        av.open(str(path), "w", options={"movflags": "+faststart"}) as written,
    ):
        stream = written.add_stream_from_template(read.streams.video[0])
        for packet in read.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                written.mux(packet)
    assert count_frames(path) == 10
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    path.write_bytes(data[: int(share * len(data))])
    with pytest.raises(BadVideoError, match="truncated or damaged"):
        count_frames(path)


def test_damage_inside(tmp_path):
    path = tmp_path / "v.mp4"
    write_video(path, noise(10), crf=0)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    with pytest.raises(BadVideoError, match=r"damaged at frame \d|not a whole video"):
        list(read_frames(path, range(10)))


def test_a_frame_beyond_the_end(tmp_path):
    write_video(tmp_path / "v.mp4", noise(3), crf=23)
    frames = read_frames(tmp_path / "v.mp4", [2, 3])
    next(frames)
    with pytest.raises(BadVideoError, match="holds 3 whole frames, none at 3"):
        next(frames)


@pytest.mark.parametrize("indices", [[-1], [1, 0], [1, 1]])
def test_indices_that_do_not_ascend(tmp_path, indices):
    write_video(tmp_path / "v.mp4", noise(3), crf=23)
    with pytest.raises(ValueError, match="must ascend"):
        list(read_frames(tmp_path / "v.mp4", indices))


def test_too_large_by_the_header(tmp_path):
    write_video(tmp_path / "v.mp4", noise(1), crf=23)
    assert len(list(read_frames(tmp_path / "v.mp4", [0], max_pixels=48 * 32))) == 1
    with pytest.raises(BadVideoError, match="too large: 48 x 32 pixels a frame"):
        count_frames(tmp_path / "v.mp4", max_pixels=48 * 32 - 1)
    with pytest.raises(BadVideoError, match="too large: 48 x 32 pixels a frame"):
        next(read_frames(tmp_path / "v.mp4", [0], max_pixels=48 * 32 - 1))


def test_frames_that_grow_within_the_video(tmp_path):
    """Forty frames of 64 x 64 and then one of 512 x 512: past what the opening looks at."""
    path = tmp_path / "v.avi"
    small, large = noise(1, 64, 64)[0], noise(1, 512, 512)[0]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.height = stream.width = 64
        for number, picture in enumerate([small] * 40 + [large]):
            context = av.CodecContext.create("libx264", "w")
            context.height, context.width = picture.shape[:2]
            context.pix_fmt, context.time_base = "yuv420p", Fraction(1, 25)
            context.options = {"tune": "zerolatency"}
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            for packet in context.encode(frame.reformat(format="yuv420p")):
                packet.stream, packet.pts, packet.dts = stream, number, number
                container.mux(packet)
    for max_pixels, text in ((10**6, "damaged at frame 40"), (64 * 64, "not a whole video")):
        frames = read_frames(path, [0, 39, 40], max_pixels=max_pixels)
        assert [next(frames).shape for _ in range(2)] == [(64, 64, 3)] * 2
        with pytest.raises(BadVideoError, match=text):
            next(frames)


def test_no_video_inside(tmp_path):
    with av.open(str(tmp_path / "v.mp4"), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), "fltp", "mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    with pytest.raises(BadVideoError, match="holds no video"):
        count_frames(tmp_path / "v.mp4")


def test_ffmpeg_keeps_silent(tmp_path):
    (tmp_path / "bad.mp4").write_bytes(b"hello" * 999)
    program = (
        "import numpy, sys\n"
        "from data_prep.media.video import *\n"
        "write_video(sys.argv[1] + '/v.mp4', [numpy.zeros((16, 16, 3), 'uint8')] * 3, crf=23)\n"
        "list(read_frames(sys.argv[1] + '/v.mp4', range(3)))\n"
        "try: count_frames(sys.argv[1] + '/bad.mp4')\n"
        "except BadVideoError: pass\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_names_with_signs_that_ffmpeg_knows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path("concat:a%03d|b.mp4")
    write_video(path, noise(2), crf=0)
    assert path.is_file()
    assert count_frames(path) == 2
