"""What a timeline says: its curves, its words, and what it leaves open."""

import io

import numpy as np
import pytest
from matplotlib.text import Text
from msgspec.structs import replace
from PIL import Image

from experiments.detecting.curves import MOST_LOOKS, PARTS, curves_of
from experiments.detecting.findings import Finding, Look
from experiments.detecting.judging import judge
from experiments.detecting.timeline import clock, draw_timeline, spread, timeline
from tests.calibration.scored import calibration, scores

FRAMES = calibration(scores(np.arange(60.0), np.arange(60.0))).frames
UNIT = replace(
    FRAMES,
    temperature=2.0,
    upper=replace(FRAMES.upper, value=3.0),
    lower=replace(FRAMES.lower, value=-2.0),
)
BANDS = {"signs of forgery", "cannot tell", "no sign found"}


def face(number, seconds, values, unit=UNIT):
    looks = [
        Look(frame=round(25 * at), seconds=float(at), box=(0, 0, 9, 9), square=None, score=score)
        for at, score in zip(seconds, np.broadcast_to(values, len(seconds)).tolist(), strict=True)
    ]
    return judge(looks, number, unit)


def finding(*faces, path="clips/one.mp4"):
    return Finding(path=path, kind="video", faces=list(faces), answer="cannot tell")


def drawn(found, unit=UNIT):
    return draw_timeline(found, [unit] * len(found.faces))


def words(figure):
    return {text.get_text() for text in figure.findobj(Text)} - {""}


def test_it_names_axes_bands_faces_and_what_points_are():
    times = np.arange(0, 12, 0.5)
    found = finding(face(1, times, 8 + np.tile([1.0, -1.0], 12)), face(2, times[:4], -3.0))
    figure = drawn(found)
    said = words(figure)
    assert said > BANDS
    assert {"seconds", "mean,\n95%", "calibrated probability of fake, log odds scale"} < said
    assert "one.mp4: cannot tell" in said
    assert "face 1: fake 98% [98%, 98%]\nsigns of forgery" in said
    assert "face 2: fake 18%\nno sign found" in said
    (caption,) = [text for text in said if text.startswith("Points are")]
    assert caption == (
        "Points are frames looked at, 0.5 s apart; lines break where a face is not seen; bands are "
        "what a face's mean is answered with."
    )
    heights = [set(line.get_ydata()) for line in figure.axes[0].lines]
    assert heights[:2] == [{-1.0}, {1.5}]  # thresholds over the temperature


def test_without_a_calibration_there_are_no_bands_and_it_is_said():
    said = words(drawn(finding(face(1, np.arange(3.0), 1.0, None)), None))
    assert "uncalibrated: sigmoid of the logit, log odds scale" in said
    assert "face 1: fake 73%\nnot calibrated" in said
    assert not said & BANDS
    assert not any("bands" in text for text in said)


def test_a_threshold_that_is_missing_has_no_band_and_it_is_said():
    unit = replace(UNIT, upper=replace(UNIT.upper, value=None))
    said = words(drawn(finding(face(1, np.arange(3.0), 9.0, unit)), unit))
    assert said & BANDS == {"cannot tell", "no sign found"}
    assert any("a threshold is missing" in text for text in said)


def test_a_face_that_was_read_by_other_thresholds_says_so_and_keeps_its_probability():
    short = replace(UNIT, temperature=8.0)
    faces = face(1, np.arange(9.0), -8.0), face(2, np.arange(3.0), 8.0, short)
    figure = draw_timeline(finding(*faces), [UNIT, short])
    said = words(figure)
    assert "face 1: fake 2%\nno sign found" in said
    assert "face 2: fake 73%\nsigns of forgery *" in said
    assert any("* few looks: answered by the thresholds of single" in text for text in said)
    curves = [line.get_ydata() for line in figure.axes[0].lines[2:]]
    assert [set(curve) for curve in curves] == [{-4.0}, {1.0}]


def test_of_many_faces_the_highest_are_drawn():
    faces = [face(number, np.arange(3.0), -0.1 * number) for number in range(1, 12)]
    said = words(drawn(finding(*faces)))
    assert [number for number in range(1, 12) if any(f"face {number}:" in t for t in said)] == list(
        range(1, 9)
    )
    assert any("8 of 11 faces, those that score highest" in text for text in said)


def test_a_curve_breaks_where_the_face_is_not_seen():
    faces = [face(1, [0, 1, 2, 5, 6], [2, 4, 6, 8, 10]), face(2, range(7), 0)]
    found = curves_of(faces, [2.0, 1.0], 6.0)
    assert (found.step, found.part) == (1.0, None)
    np.testing.assert_array_equal(found.each[0].values, [1, 2, 3, np.nan, 4, 5])
    assert found.each[0].low is None
    assert len(found.each[1].seconds) == 7


def test_of_a_long_video_parts_show_their_mean_least_and_greatest():
    times = np.arange(0, 3600, 1.0)
    times = times[(times < 1000) | (times >= 2000)]
    assert len(times) > MOST_LOOKS
    values = np.tile([0.0, 1.0, 5.0, 2.0], len(times) // 4)
    ((curve,), step, part) = curves_of([face(1, times, values)], [1.0], 3600.0)
    assert (step, part) == (1.0, 18.0)
    seen = (curve.seconds < 990) | (curve.seconds > 2000)
    assert len(curve.seconds) == PARTS
    np.testing.assert_array_equal(
        np.isnan(curve.values), ~seen & ~(np.abs(curve.seconds - 999) < 1)
    )
    assert set(curve.low[seen]) == {0.0}
    assert set(curve.high[seen]) == {5.0}
    first = values[:18].mean()
    assert curve.values[0] == pytest.approx(first)
    said = words(drawn(finding(face(1, times, values))))
    assert "minutes:seconds" in said
    assert any("means over 18 s, shaded from the least look to the greatest" in t for t in said)


def test_it_is_a_picture_whatever_is_in_it():
    path = "$x_1$ \N{GRINNING FACE}.mp4"
    for found in (
        finding(face(1, [0.0], 0.5), path=path),
        finding(face(1, np.zeros(MOST_LOOKS + 1), 99.0)),
        finding(face(1, np.arange(20.0), -400.0)),
    ):
        assert Image.open(io.BytesIO(timeline(found, [UNIT] * len(found.faces)))).size == (
            1430,
            676,
        )


def test_labels_are_spread_as_little_as_need_be():
    assert spread([1.0, 3.0], 0, 10, 1) == [1, 3]
    assert spread([3.0, 3.0, 3.1], 0, 10, 1) == [3, 4, 5]
    assert spread([9.9, 9.9], 0, 10, 1) == [8.5, 9.5]
    assert spread([-5.0], 0, 10, 1) == [0.5]


def test_times_are_said_as_they_are_read():
    assert [clock(67, end) for end in (100, 3000, 7200)] == ["67", "1:07", "0:01:07"]
