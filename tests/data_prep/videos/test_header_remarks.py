from fractions import Fraction

import numpy as np
import pytest

from data_prep.faceforensics import open_faceforensics
from data_prep.media.headers import HIGH_RANGE, INTERLACED, NOT_SQUARE, TURNED, header_remarks
from data_prep.prepared.card import read_card
from data_prep.schema import FAKE, REAL
from data_prep.videos import VideoOptions, prepare_videos
from data_prep.videos.header_remarks import HeaderRemarks
from tests.data_prep.media.clips import CLIPS, picture, write_clip
from tests.data_prep.records_of import by_key
from tests.data_prep.sources import write_faceforensics
from tests.data_prep.videos.pixels import FRAMES


@pytest.mark.parametrize(
    ("options", "remarks"),
    [
        ({}, ()),
        ({"turn": 180}, (TURNED,)),
        ({"mirror": True}, (TURNED,)),
        ({"aspect": Fraction(1281, 1280)}, ()),
        ({"aspect": Fraction(40, 33)}, (NOT_SQUARE,)),
        ({"aspect": Fraction(3, 4), "turn": 90}, (TURNED, NOT_SQUARE)),
        ({"options": {"x264-params": "interlaced=1"}}, (INTERLACED,)),
        ({"color_trc": 18}, (HIGH_RANGE,)),
    ],
    ids=str,
)
def test_what_headers_say(tmp_path, options, remarks):
    write_clip(tmp_path / "v.mp4", [picture()] * 2, **options)
    assert header_remarks(tmp_path / "v.mp4") == remarks


def test_a_container_that_says_nothing(tmp_path):
    write_clip(tmp_path / "v.avi", [picture()], CLIPS["f.avi"])
    assert header_remarks(tmp_path / "v.avi") == ()


def test_counts_are_noted_and_what_tells_the_class_is_warned_of():
    headers = HeaderRemarks()
    for number in range(4):
        headers.add(REAL, [TURNED])
        headers.add(FAKE, [NOT_SQUARE, *([INTERLACED] if number < 2 else [])])
    assert headers.notes() == [
        f"0 of 4 real and 2 of 4 forged videos {INTERLACED}",
        f"4 of 4 real and 0 of 4 forged videos {TURNED}",
        f"0 of 4 real and 4 of 4 forged videos {NOT_SQUARE}",
    ]
    assert headers.warnings() == [
        f"0 of 4 real and 4 of 4 forged videos {NOT_SQUARE}: that may tell the label; make the "
        "videos alike"
    ]


def test_one_class_alone_tells_nothing():
    headers = HeaderRemarks()
    headers.add(FAKE, [INTERLACED])
    assert headers.notes() == [f"1 of 1 forged videos {INTERLACED}"]
    assert HeaderRemarks().notes() == headers.warnings() == []


def test_turned_forgeries_and_masks_are_cut_as_upright_ones(tmp_path):
    lossless = ("mp4", "libx264rgb", "rgb24")
    mask = np.zeros((48, 64, 3), np.uint8)
    mask[:20, :20] = 255
    records = []
    for turn in (0, 180):
        root = tmp_path / f"{turn}" / "tree"
        write_faceforensics(root)
        swaps = root / "manipulated_sequences/Swap"
        (swaps / "masks/videos").mkdir(parents=True)
        for path in (swaps / "raw/videos").iterdir():
            for shown, file in ((picture(), path), (mask, swaps / "masks/videos" / path.name)):
                stored = [np.rot90(shown, -turn // 90)] * FRAMES
                write_clip(file, stored, lossless, turn=turn, options={"crf": "0"})
        options = VideoOptions(frames=1, real_frames=1, size=16)
        videos = open_faceforensics(root, "raw")
        prepared = prepare_videos(videos, tmp_path / f"out{turn}", options=options)
        records.append(by_key(prepared))
    upright, turned = records
    assert turned == upright
    assert sum(bool(record["has_mask"]) for record in turned.values()) == 6
    card = read_card(prepared)
    assert f"0 of 6 real and 6 of 6 forged videos {TURNED}" in card.notes
    assert not any(TURNED in warning for warning in card.warnings)
