"""A picture as a video's key frame: encoded by H.264 and decoded again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np


def through_h264(picture: np.ndarray, quantisation: int) -> np.ndarray:
    """Encode a picture as the only frame of an H.264 video (x264), and decode it.

    The colours become YCbCr (BT.601) with one chroma sample for 2 x 2 pixels, as in the videos of
    the field. Predicted frames look like the key frame they follow, where nothing moves; motion is
    not imitated. The same picture gives the same result on every processor.

    Args:
        picture: RGB, uint8 [H, W, 3].
        quantisation: QP, 1 to 51; the step doubles with every six.

    Returns:
        RGB, uint8 [H, W, 3].

    Raises:
        ValueError: the quantisation parameter is not from 1 to 51.
    """
    import av
    import cv2
    from av.video.codeccontext import VideoCodecContext

    if not 1 <= quantisation <= 51:
        raise ValueError(f"the quantisation parameter must be 1 to 51, not {quantisation}")
    height, width = picture.shape[:2]
    # Chroma at half resolution needs even sides.
    even = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), "edge")
    planes = _planes(even)
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.height, encoder.width = even.shape[:2]
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, 25)
    encoder.thread_count = 1
    # A key frame takes the parameter itself only where it is not favoured (ipratio).
    x264 = "threads=1:cpu-independent=1:ipratio=1:log-level=none"
    encoder.options = {"qp": str(quantisation), "preset": "medium", "x264-params": x264}
    frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    packets = [*encoder.encode(frame), *encoder.encode(None)]
    decoder = VideoCodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [decoded for packet in (*packets, None) for decoded in decoder.decode(packet)]
    rgb = cv2.cvtColor(frames[0].to_ndarray(format="yuv420p"), cv2.COLOR_YUV2RGB_I420)
    return rgb[:height, :width]


def _planes(picture: np.ndarray) -> np.ndarray:
    """Stack Y, Cb and Cr, uint8 [3 H / 2, W], each chroma the mean of its 2 x 2 pixels.

    OpenCV by itself would take the chroma of one of the four.
    """
    import cv2

    height, width = picture.shape[:2]
    mean = cv2.resize(picture, (width // 2, height // 2), interpolation=cv2.INTER_AREA)
    planes = cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420)
    of_means = cv2.cvtColor(mean.repeat(2, axis=0).repeat(2, axis=1), cv2.COLOR_RGB2YUV_I420)
    planes[height:] = of_means[height:]
    return planes
