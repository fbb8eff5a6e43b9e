import av
import cv2
import numpy as np
import pytest

from data_prep.media.video import BadVideoError, read_frames, read_masks, write_video

PATCHES = np.array(
    [
        [255, 0, 0],
        [0, 255, 0],
        [0, 0, 255],
        [255, 255, 255],
        [0, 0, 0],
        [128, 128, 128],
        [224, 172, 140],
        [30, 90, 160],
    ],
    np.uint8,
)


def patches() -> np.ndarray:
    """Eight flat patches of 32 x 32, two rows of four."""
    return np.kron(PATCHES.reshape(2, 4, 3), np.ones((32, 32, 1), np.uint8))


def inner(picture: np.ndarray) -> np.ndarray:
    """The patches without their borders: int [2, 4, 16, 16, 3]."""
    cells = picture.reshape(2, 32, 4, 32, 3).transpose(0, 2, 1, 3, 4)
    return cells[:, :, 8:24, 8:24].astype(int)


def tagged(path, *, matrix, tag, full, codec="libx264"):
    """Flat patches at crf 10, converted with one matrix and range and tagged as such."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=25, options={"crf": "10"})
        stream.height, stream.width = 64, 128
        stream.pix_fmt = "yuvj420p" if full and codec == "libx264" else "yuv420p"
        stream.codec_context.colorspace = tag
        stream.codec_context.color_range = 2 if full else 1
        for _ in range(3):
            frame = av.VideoFrame.from_ndarray(patches(), format="rgb24").reformat(
                format=stream.pix_fmt,
                dst_colorspace=matrix,
                src_color_range="JPEG",
                dst_color_range="JPEG" if full else "MPEG",
            )
            frame.colorspace = tag
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_masks_of_a_colour_video_are_its_luma(tmp_path):
    frame = np.zeros((32, 32, 3), np.uint8)
    frame[:16] = 255
    for crf in (0, 23):
        write_video(tmp_path / "m.mp4", [frame], crf=crf)
        (mask,) = read_masks(tmp_path / "m.mp4", [0])
        assert (mask[:12] >= 250).all()
        assert (mask[20:] <= 5).all()
    write_video(tmp_path / "m.mp4", [np.full((16, 16, 3), [255, 0, 0], np.uint8)], crf=0)
    (mask,) = read_masks(tmp_path / "m.mp4", [0])
    assert (mask == 76).all()  # 0.299 * 255


def test_colours_survive_crf_23(tmp_path):
    write_video(tmp_path / "v.mp4", [patches()] * 3, crf=23)
    for frame in read_frames(tmp_path / "v.mp4", range(3)):
        assert np.abs(inner(frame) - inner(patches())).max() <= 3


def test_a_reader_that_knows_no_tags_sees_the_same_colours(tmp_path):
    write_video(tmp_path / "v.mp4", [patches()], crf=10)
    with av.open(str(tmp_path / "v.mp4")) as container:
        (frame,) = container.decode(video=0)
        assert (frame.colorspace, frame.color_range) == (6, 1)
        planes = frame.to_ndarray()  # one array of Y, U and V
    read = cv2.cvtColor(planes, cv2.COLOR_YUV2RGB_I420)  # BT.601, limited range
    assert np.abs(inner(read) - inner(patches())).max() <= 3


@pytest.mark.parametrize(
    ("matrix", "tag"), [("ITU709", 1), ("ITU601", 6), ("ITU601", 2), ("BT2020", 9)]
)
@pytest.mark.parametrize("full", [False, True])
def test_colours_go_by_the_tags(tmp_path, matrix, tag, full):
    tagged(tmp_path / "v.mp4", matrix=matrix, tag=tag, full=full)
    (frame,) = read_frames(tmp_path / "v.mp4", [1])
    assert np.abs(inner(frame) - inner(patches())).max() <= 4


def test_full_range_that_only_the_tag_tells(tmp_path):
    """VP9 has no pixel format of its own for the full range, as H.264 does in FFmpeg."""
    tagged(tmp_path / "v.mp4", matrix="ITU709", tag=1, full=True, codec="libvpx-vp9")
    with av.open(str(tmp_path / "v.mp4")) as container:
        frame = next(container.decode(video=0))
        assert (frame.format.name, frame.color_range) == ("yuv420p", 2)
    (frame,) = read_frames(tmp_path / "v.mp4", [1])
    assert np.abs(inner(frame) - inner(patches())).max() <= 4


def test_a_matrix_that_is_not_known(tmp_path):
    tagged(tmp_path / "v.mp4", matrix="ITU709", tag=8, full=False)
    with pytest.raises(BadVideoError, match=r"the matrix 8 of H\.273, unknown"):
        next(read_frames(tmp_path / "v.mp4", [0]))
