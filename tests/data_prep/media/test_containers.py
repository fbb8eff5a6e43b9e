import socket
from itertools import pairwise

import av
import numpy as np
import pytest

from data_prep.media.containers import VIDEO_SUFFIXES, BadVideoError, video_stem
from data_prep.media.video import count_frames, read_frames, write_video
from tests.data_prep.media.clips import CLIPS, picture, write_clip


def greys(count):
    return [np.full((48, 64, 3), 40 * number, np.uint8) for number in range(1, count + 1)]


def test_every_suffix_has_a_clip():
    assert {f".{name.rpartition('.')[2].lower()}" for name in CLIPS} == set(VIDEO_SUFFIXES)


@pytest.mark.parametrize("name", CLIPS)
def test_every_container(tmp_path, name):
    write_clip(tmp_path / name, greys(5), CLIPS[name])
    assert video_stem(name) == name[0]
    assert count_frames(tmp_path / name) == 5
    frames = list(read_frames(tmp_path / name, [0, 2, 4]))
    means = [frame.mean() for frame in frames]
    np.testing.assert_allclose(means, [40, 120, 200], atol=4)


def test_what_is_no_video_by_its_name():
    assert [video_stem(name) for name in (".mp4", "mp4", "a.txt", "a.mp4.part", "a.m3u8", "")] == [
        None
    ] * 6
    assert video_stem("a.b.MKV") == "a.b"


def with_description_first(path):
    """Put the description of an MP4 file, in which its cover is, before its tracks."""
    data = path.read_bytes()
    start = data.index(b"moov") - 4
    end = start + int.from_bytes(data[start : start + 4])
    boxes, place = [], start + 8
    while place < end:
        length = int.from_bytes(data[place : place + 4])
        boxes.append(data[place : place + length])
        place += length
    boxes.sort(key=lambda box: box[4:8] != b"udta")
    path.write_bytes(data[: start + 8] + b"".join(boxes) + data[end:])


def test_a_cover_is_not_the_video(tmp_path):
    with av.open(str(tmp_path / "v.mp4"), "w") as container:
        cover = container.add_stream("mjpeg", rate=25)
        video = container.add_stream("libx264", rate=25)
        cover.disposition = av.stream.Disposition.attached_pic
        for stream, pixels in ((cover, "yuvj420p"), (video, "yuv420p")):
            stream.height, stream.width, stream.pix_fmt = 48, 64, pixels
        frame = av.VideoFrame.from_ndarray(picture(), format="rgb24")
        container.mux(cover.encode(frame.reformat(format="yuvj420p")))
        container.mux(cover.encode(None))
        for grey in greys(3):
            grey = av.VideoFrame.from_ndarray(grey, format="rgb24")
            container.mux(video.encode(grey.reformat(format="yuv420p")))
        container.mux(video.encode(None))
    with_description_first(tmp_path / "v.mp4")
    with av.open(str(tmp_path / "v.mp4")) as container:
        assert container.streams.video[0].codec_context.name == "mjpeg"
    assert count_frames(tmp_path / "v.mp4") == 3
    means = [frame.mean() for frame in read_frames(tmp_path / "v.mp4", range(3))]
    assert all(later - earlier > 30 for earlier, later in pairwise(means))


PLAYLISTS = {
    "concat": "ffconcat version 1.0\nfile {target}\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{target}\n#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD type="static" profiles="urn:mpeg:dash:profile:isoff-main:'
    '2011"><Period><AdaptationSet><Representation><BaseURL>{target}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96"
    "\na=rtpmap:96 H264/90000\n",
    "pls": "[playlist]\nFile1={target}\nNumberOfEntries=1\n",
}


@pytest.mark.parametrize("suffix", VIDEO_SUFFIXES)
@pytest.mark.parametrize("form", PLAYLISTS)
def test_a_playlist_under_a_video_s_name_opens_nothing(tmp_path, form, suffix):
    write_video(tmp_path / f"v{suffix}", [picture()] * 2, crf=23)
    assert count_frames(tmp_path / f"v{suffix}") == 2
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}/v{suffix}"
    for target in (f"v{suffix}", str(tmp_path / f"v{suffix}"), address):
        path = tmp_path / f"list{suffix}"
        path.write_text(PLAYLISTS[form].format(target=target))
        with pytest.raises(BadVideoError, match="not a whole video"):
            count_frames(path)
    with listening, pytest.raises(BlockingIOError):
        listening.accept()


@pytest.mark.parametrize("name", ["a.mp4", "f.avi", "h.mkv"])
def test_a_title_that_is_not_utf8(tmp_path, name):
    write_clip(tmp_path / name, greys(2), CLIPS[name], title="TITLE")
    data = (tmp_path / name).read_bytes()
    assert data.count(b"TITLE") == 1
    (tmp_path / name).write_bytes(data.replace(b"TITLE", b"\xfc\xff\xe9\xe8\x80"))
    assert count_frames(tmp_path / name) == 2
    assert len(list(read_frames(tmp_path / name, [0, 1]))) == 2
