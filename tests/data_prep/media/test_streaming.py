import gc
import itertools
from fractions import Fraction

import av
import numpy as np
import pytest

from data_prep.media.containers import BadVideoError, TooLargeError
from data_prep.media.streaming import Clock, Limits, stream_frames
from data_prep.media.video import count_frames, read_frames
from tests.data_prep.media.clips import CLIPS, picture, write_clip


def moving(count: int, height: int = 48, width: int = 64) -> list[np.ndarray]:
    return [np.roll(picture(height, width), 2 * place, axis=1) for place in range(count)]


def noise(count: int) -> list[np.ndarray]:
    return list(np.random.default_rng(0).integers(0, 256, (count, 48, 64, 3), dtype=np.uint8))


@pytest.mark.parametrize("name", sorted(CLIPS))
def test_the_frames_that_preparation_reads(tmp_path, name):
    path = tmp_path / name
    write_clip(path, moving(7), CLIPS[name])
    frames = list(stream_frames(path, itertools.count(0, 3)))
    assert [frame.number for frame in frames] == [0, 3, 6]
    assert [frame.seconds for frame in frames] == pytest.approx([0, 3 / 25, 6 / 25])
    np.testing.assert_array_equal(
        [frame.pixels for frame in frames], list(read_frames(path, [0, 3, 6]))
    )


def test_upright_as_preparation_reads_them(tmp_path):
    write_clip(tmp_path / "a.mov", moving(2), ("mov", "libx264", "yuv420p"), turn=-90)
    frames = [frame.pixels for frame in stream_frames(str(tmp_path / "a.mov"), [0, 1])]
    assert [frame.shape for frame in frames] == [(64, 48, 3)] * 2
    np.testing.assert_array_equal(frames, list(read_frames(tmp_path / "a.mov", [0, 1])))


@pytest.mark.parametrize("read", [lambda path: stream_frames(path, range(30)),
                                  lambda path: read_frames(path, range(30))])  # fmt: skip
def test_frames_go_when_the_next_comes(tmp_path, read):
    """At once: nobody looks for circles of references while the memory of pictures fills."""
    write_clip(tmp_path / "a.mov", moving(30), ("mov", "libx264", "yuv420p"), turn=-90)
    gc.collect()
    gc.disable()
    try:
        before = sum(type(held) is av.VideoFrame for held in gc.get_objects())
        assert len([frame is not None for frame in read(tmp_path / "a.mov")]) == 30
        after = sum(type(held) is av.VideoFrame for held in gc.get_objects())
    finally:
        gc.enable()
    assert after - before <= 1  # the first, of which the turn was read


def test_nothing_is_decoded_after_the_last_that_is_wanted(tmp_path):
    write_clip(tmp_path / "a.mp4", moving(5))
    assert [frame.number for frame in stream_frames(tmp_path / "a.mp4", [1, 2])] == [1, 2]
    assert list(stream_frames(tmp_path / "nowhere.mp4", [])) == []


def test_times_of_a_variable_frame_rate(tmp_path):
    path = tmp_path / "a.mkv"
    milliseconds = [500, 533, 900, 901, 2500]
    with av.open(str(path), "w") as written:
        stream = written.add_stream("ffv1", rate=25)
        stream.codec_context.time_base = Fraction(1, 1000)
        stream.height, stream.width, stream.pix_fmt = 48, 64, "yuv420p"
        for time, pixels in zip(milliseconds, moving(5), strict=True):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            written.mux(stream.encode(frame))
        written.mux(stream.encode(None))
    seconds = [frame.seconds for frame in stream_frames(path, itertools.count())]
    assert seconds == pytest.approx([0, 0.033, 0.4, 0.401, 2])


@pytest.mark.parametrize(
    ("times", "shown"),
    [
        ([None, None, None], [0, 0.5, 1]),
        ([7, 7.25, 9], [0, 0.25, 2]),
        ([None, None, 9, 9.25], [0, 0.5, 1, 1.25]),
        ([3, None, 4, None], [0, 0.5, 1, 1.5]),
        ([3, 3, 3.25], [0, 0.5, 0.75]),
        ([3, 4, 1, 1.25], [0, 1, 1.5, 1.75]),
    ],
)
def test_the_clock_by_hand(times, shown):
    clock = Clock(0.5)
    assert [clock.shown(time) for time in times] == shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("f.avi", "truncated or damaged"),
        ("h.mkv", "truncated"),
        ("i.webm", "truncated"),
        ("k.ts", "damaged at frame"),
        ("o.flv", "truncated or damaged"),
    ],
)
def test_all_that_is_whole_of_a_truncated_file(tmp_path, name, text):
    write_clip(tmp_path / name, noise(12), CLIPS[name])
    whole = list(read_frames(tmp_path / name, range(12)))
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: len(data) * 6 // 10])
    frames = []
    with pytest.raises(BadVideoError, match=text):
        frames.extend(stream_frames(tmp_path / name, itertools.count()))
    assert 5 <= len(frames) <= 8
    # The last may be made of what was left of it.
    kept = [frame.pixels for frame in frames[:-1]]
    np.testing.assert_array_equal(kept, whole[: len(kept)])


def test_no_frame_behind_a_gap_takes_the_number_of_another(tmp_path):
    """Frames 8 and 6 are stored before frame 5, which is cut, and shown after it."""
    path = tmp_path / "a.mp4"
    write_clip(
        path,
        moving(20),
        options={"bf": "3", "b_strategy": "0"},
        container={"movflags": "+faststart"},
    )
    whole = list(read_frames(path, range(20)))
    with av.open(str(path)) as opened:
        packets = [(p.pts or 0, p.pos or 0) for p in opened.demux(video=0) if p.size]
    order = sorted(packets)
    assert packets.index(order[5]) > packets.index(order[8])
    path.write_bytes(path.read_bytes()[: order[5][1] + 1])
    frames = []
    with pytest.raises(BadVideoError, match="truncated or damaged"):
        frames.extend(stream_frames(path, itertools.count()))
    assert 1 <= len(frames) <= 5
    np.testing.assert_array_equal([frame.pixels for frame in frames], whole[: len(frames)])


def test_files_that_are_no_videos(tmp_path):
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("hello" * 99)
    for name, text in (
        ("empty.mp4", "empty file"),
        ("nowhere.mp4", "cannot be read: No such file"),
        ("text.mp4", "not a whole video"),
    ):
        with pytest.raises(BadVideoError, match=text):
            next(stream_frames(tmp_path / name, [0]))


def test_limits_by_the_header(tmp_path):
    path = tmp_path / "a.mp4"
    write_clip(path, moving(10))
    for limits, text in (
        (Limits(frames=9), "too long: more than 9 frames, by its header"),
        (Limits(seconds=0.25), "too long: plays for more than 0.25 seconds, by its header"),
        (Limits(pixels=48 * 64 - 1), "too large: 64 x 48 pixels a frame"),
    ):
        with pytest.raises(TooLargeError, match=text):
            next(stream_frames(path, [0], limits))
    within = Limits(pixels=48 * 64, frames=10, seconds=0.4)
    assert len(list(stream_frames(path, itertools.count(), within))) == 10


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(frames=6), "too long: more than 6 frames$"),
        (Limits(seconds=0.2), "too long: plays for more than 0.2 seconds$"),
    ],
)
def test_limits_where_the_header_says_nothing(tmp_path, monkeypatch, limits, text):
    path = tmp_path / "a.mkv"
    write_clip(path, moving(10), CLIPS["h.mkv"], container={"live": "1"})
    numbers = []
    with pytest.raises(TooLargeError, match=text):
        numbers.extend(frame.number for frame in stream_frames(path, itertools.count(), limits))
    assert numbers == [0, 1, 2, 3, 4, 5]
    assert count_frames(path) == 10
