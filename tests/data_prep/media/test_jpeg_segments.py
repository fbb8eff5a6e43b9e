import io

import pytest
from PIL import Image

from data_prep.media.jpeg_segments import count_segments


def jpeg(picture, **options):
    out = io.BytesIO()
    picture.save(out, format="JPEG", **options)
    return out.getvalue()


def test_a_baseline_and_a_progressive_picture(picture):
    assert count_segments(jpeg(picture(0)), 99).scans == 1
    progressive = jpeg(picture(0), progressive=True)
    assert count_segments(progressive, 99) == (25, 10)
    assert count_segments(progressive, 5) == (6, 0)  # further ones are not looked for


def test_only_the_first_picture_counts(picture):
    """A thumbnail lies within a segment; phones append films."""
    one = jpeg(picture(0))
    exif = Image.Exif()
    exif[0x9286] = one  # a comment
    assert count_segments(jpeg(picture(1), exif=exif), 99).scans == 1
    assert count_segments(one + one + b"\xff\xda\0\2" * 99, 99).scans == 1


@pytest.mark.parametrize(
    ("data", "segments"),
    [
        (b"", (0, 0)),
        (b"\xff\xd8", (1, 0)),
        (b"\xff\xd8\xff\xda", (2, 1)),
        (b"\xff\xd8\xff\xff\xff\xda\0\2\1\xff\0\xff\xd3\2\xff\xda\0\2", (3, 2)),
        (b"\xff\xd8\xff\xfe\0\6\xff\xda\xff\xda\xff\xd9\xff\xda\0\2", (2, 0)),
        (b"\xff\xd8" + b"\xff\xfe\0\2" * 50, (51, 0)),
    ],
    ids=["nothing", "start", "cut", "within a scan", "in a comment, behind the end", "comments"],
)
def test_by_hand(data, segments):
    assert count_segments(data, 99) == segments
