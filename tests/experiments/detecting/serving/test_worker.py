"""What is answered for a file, and how far it is on the way."""

import json
import subprocess
import sys

import cv2
import msgspec
import numpy as np
import pytest

from data_prep.faces.boxes import Box
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.messages import Found, Job, Marks, Progress, Refused
from experiments.detecting.serving.options import Options
from experiments.detecting.serving.worker import answer, within
from experiments.options.detect import Config
from tests.experiments.detecting.drawn import FAKE, draw, film, save, scoring

FACE = Box(10.0, 8.0, 20.0, 20.0)


def said(path, **limits):
    found = []
    answer(Job(str(path)), within(scoring(), Limits(**limits)), found.append)
    return found


def without_suffix(path):
    return path.rename(path.with_suffix(""))


def test_what_a_file_is_shows_in_its_content(tmp_path):
    (found,) = said(without_suffix(save(tmp_path / "a.png", draw([(FACE, FAKE)]))))
    assert isinstance(found, Found)
    assert (found.finding.kind, len(found.finding.faces)) == ("picture", 1)
    assert list(found.pictures) == found.finding.pictures == ["faces.jpg"]
    assert found.marks == [Marks(None, None)]


def test_pictures_are_no_larger_than_a_page_needs(tmp_path):
    (found,) = said(save(tmp_path / "a.png", draw([(FACE, FAKE)], height=300, width=2000)))
    assert isinstance(found, Found)
    encoded = np.frombuffer(found.pictures["faces.jpg"], np.uint8)
    assert cv2.imdecode(encoded, cv2.IMREAD_COLOR).shape == (240, 1600, 3)


def test_a_video_says_how_far_it_is(tmp_path):
    *progress, found = said(without_suffix(film(tmp_path / "a.mp4", [[(FACE, FAKE)]] * 8)))
    assert isinstance(found, Found)
    assert found.finding.kind == "video"
    assert all(isinstance(each, Progress) for each in progress)
    shares = [each.share for each in progress]
    assert shares == sorted(shares)
    assert 0.8 < shares[-1] <= 1


@pytest.mark.parametrize(
    ("limits", "text"),
    [({"pixels": 3071}, "too large"), ({"video_seconds": 0.1}, "too long: plays for 0.3 seconds")],
)
def test_what_is_beyond_a_limit_is_refused(tmp_path, limits, text):
    (refused,) = said(film(tmp_path / "a.mp4", [[(FACE, FAKE)]] * 8), **limits)
    assert isinstance(refused, Refused)
    assert refused.status == 422
    assert text in refused.sentence


def test_a_picture_beyond_its_pixels_is_refused(tmp_path):
    path = save(tmp_path / "a.png", draw([]))
    (refused,) = said(path, pixels=48 * 64 - 1)
    assert isinstance(refused, Refused)
    assert (refused.status, "too large" in refused.sentence) == (422, True)
    (found,) = said(path, pixels=48 * 64)
    assert isinstance(found, Found)
    assert found.finding.answer == "no face found"


def test_what_is_neither_picture_nor_video_is_refused(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(np.random.default_rng(0).bytes(1000))
    (refused,) = said(path)
    assert isinstance(refused, Refused)
    assert refused.status == 415


def test_options_come_over_as_they_are(tmp_path):
    config = Config(paths=(), ticket=tmp_path / "a.safetensors", serve=True, compression="c40")
    options = Options(config, Limits(uploads=7))
    assert Options.of_line(options.line()) == options


WORK = """
from experiments.detecting.serving import worker
from tests.experiments.detecting.drawn import scoring
worker.load_scoring = lambda config: scoring()
with open(0, "rb", buffering=0) as lines, open(1, "wb") as out:
    worker.work(lines, out)
"""


def test_jobs_are_answered_until_no_more_can_come(tmp_path):
    path = save(tmp_path / "a.png", draw([(FACE, FAKE)]))
    options = Options(Config(paths=(), ticket=tmp_path / "small.safetensors"), Limits())
    job = msgspec.json.encode(Job(str(path)))
    command = [sys.executable, "-c", WORK]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\n".join([options.line(), job, job, b""]))
        process.stdin.flush()
        about, *found = [json.loads(process.stdout.readline()) for _ in range(3)]
        process.stdin.close()
        assert process.wait(timeout=60) == 0
    assert about["type"] == "About"
    assert about["facts"][0] == ["file", "small.safetensors"]
    assert [one["type"] for one in found] == ["Found", "Found"]
    assert found[0] == found[1]
