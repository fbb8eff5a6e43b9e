"""The command that answers with a ticket."""

import json

import pytest

from data_prep.faces.boxes import Box, write_face_boxes
from experiments import detect
from experiments.detecting import loading
from jaxticket.tickets import Ticket
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting import drawn
from tests.experiments.detecting.drawn import FAKE, REAL, draw, film, save
from tests.tickets import small

FACE = Box(8, 8, 20, 20)
CALIBRATION = calibration(scores([-1.0] * 70, [1.0] * 70))


@pytest.fixture
def asked(monkeypatch, call, tmp_path):
    """Call detect with a network that answers by colour; return status, output and results."""

    def asked(*argv, said=CALIBRATION):
        ticket = Ticket({}, {}, {}, small.manifest(calibration=said))
        monkeypatch.setattr(loading, "open_source", lambda *_: ticket)
        monkeypatch.setattr(loading, "network_of", lambda file, ticket: (None, None))
        monkeypatch.setattr(loading, "load_maps", lambda *_: (None, "no maps today"))
        monkeypatch.setattr(loading, "load_network", lambda *_: drawn.scoring().network)
        monkeypatch.chdir(tmp_path)
        options = "--ticket=a.safetensors", f"--detector={drawn.DETECTOR}", "--detect_every=1"
        status, out, err = call(detect, *options, *argv)
        results = tmp_path / "detections/results.json"
        return status, out + err, json.loads(results.read_bytes()) if results.exists() else None

    return asked


def test_pictures_and_videos_are_answered(asked, tmp_path):
    save(tmp_path / "in/a.png", draw([(FACE, FAKE)]))
    save(tmp_path / "in/b.png", draw([(FACE, REAL)]))
    save(tmp_path / "in/c.png", draw([]))
    film(tmp_path / "in/d.mp4", [[(FACE, FAKE)]] * 3)
    (tmp_path / "in/e.txt").touch()
    status, out, results = asked("in")
    assert status == 0, out
    assert [(file["path"], file["answer"]) for file in results["files"]] == [
        ("in/a.png", "signs of forgery"), ("in/b.png", "no sign found"),
        ("in/c.png", "no face found"), ("in/d.mp4", "signs of forgery"),
    ]  # fmt: skip
    assert results["complete"]
    for said in (
        "resnet18, trained on noise, pictures drawn by a program",
        "at most 5% of real faces get",
        "videos are read by the thresholds of single pictures",
        "An answer is no proof.",
        "no maps today",
        "passed over: 1 .txt file",
        "in/a.png: face 1: signs of forgery",
        "4 files: 2 signs of forgery, 1 no sign found, 1 no face found",
    ):
        assert said in out
    pictures = [file["pictures"] for file in results["files"]]
    of_video = ["0004_frame_0.jpg", "0004_timeline.png"]
    assert pictures == [["0001_faces.jpg"], ["0002_faces.jpg"], [], of_video]
    assert results["files"][0]["faces"][0]["picture"] == "0001_faces.jpg"
    written = sorted((tmp_path / "detections/pictures").iterdir())
    assert [path.name for path in written] == [name for names in pictures for name in names]
    status, out, results = asked("in", "--no_pictures")  # again, in the same folder
    assert (status, "no maps" in out) == (0, False)
    assert list((tmp_path / "detections/pictures").iterdir()) == []
    assert results["files"][0]["pictures"] == []


def test_without_a_calibration_there_is_no_answer(asked, tmp_path):
    save(tmp_path / "a.png", draw([(FACE, FAKE)]))
    status, out, results = asked("a.png", said=None)
    assert status == 0, out
    assert "not calibrated: no thresholds" in out
    assert results["files"][0]["answer"] is None
    assert results["files"][0]["probability"] > 0.9


def test_a_file_that_cannot_be_read_is_told_by_the_exit_status(asked, tmp_path):
    save(tmp_path / "a.png", draw([(FACE, FAKE)]))
    (tmp_path / "b.png").write_bytes(b"")
    (tmp_path / "c.mp4").write_bytes(b"nothing")
    status, out, results = asked("a.png", "b.png", "c.mp4")
    assert status == 3
    assert [bool(file["error"]) for file in results["files"]] == [False, True, True]
    assert "not read, or not to the end:\n  b.png: empty file\n  c.mp4: not a whole video" in out
    (tmp_path / "d.txt").write_text("text")
    assert "d.txt: neither a picture nor a video: not a whole video" in asked("d.txt")[1]


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["nowhere"], "there is no file or folder nowhere"),
        (["a.png", "--out=in"], "--out=in holds what detect did not write"),
        (["a.png", "--detect_every=0"], "--detect_every=0: give 1 or more"),
        (
            ["a.png", "--compression=c40"],
            "--compression=c40: the ticket has its own thresholds for no compression: leave it out",
        ),
        (["a.png", "--boxes=boxes.json"], "has boxes of none of the files"),
        (["a.png", "--crops", "--boxes=boxes.json"], "--crops looks for no faces"),
        (["a.png", "--detector=nothing"], "there is no detector 'nothing'"),
    ],
)
def test_a_mistake_is_told_before_anything_is_looked_at(asked, tmp_path, argv, said):
    save(tmp_path / "a.png", draw([(FACE, FAKE)]))
    (tmp_path / "in").mkdir()
    (tmp_path / "in/mine.txt").touch()
    write_face_boxes(tmp_path / "boxes.json", {"other": [[1, 2, 3, 4]]})
    status, out, results = asked(*argv)
    assert status == 2
    assert said in out
    assert results is None


def test_crops_are_scored_whole(asked, tmp_path):
    save(tmp_path / "a.png", draw([(Box(0, 0, 64, 48), FAKE)]))
    film(tmp_path / "b.mp4", [[(Box(0, 0, 64, 48), REAL)]] * 2)
    status, out, results = asked("--crops", "a.png", "b.mp4")
    assert status == 0, out
    picture, video = results["files"]
    assert (picture["kind"], video["kind"]) == ("crop", "video")
    assert picture["faces"][0]["looks"][0]["box"] == [0, 0, 64, 48]
    assert picture["faces"][0]["looks"][0]["square"] is None
    assert picture["answer"] == "signs of forgery"
    assert [len(face["looks"]) for face in video["faces"]] == [2]
    assert video["answer"] == "no sign found"


def test_boxes_say_where_faces_are(asked, tmp_path):
    save(tmp_path / "set/a.png", draw([(FACE, FAKE)]))
    film(tmp_path / "set/b.mp4", [[(FACE, FAKE)]] * 3)
    save(tmp_path / "set/c.png", draw([(FACE, FAKE)]))
    write_face_boxes(
        tmp_path / "boxes.json",
        {"a": [FACE], "set/b": [None, FACE, None]},
        others={"a": [[[40, 8, 10, 10]], [[900, 8, 10, 10]]]},
    )
    status, out, results = asked("--boxes=boxes.json", "set")
    assert status == 3
    picture, video, missing = results["files"]
    assert [face["looks"][0]["box"] for face in picture["faces"]] == [list(FACE), [40, 8, 10, 10]]
    assert "boxes: 1 face box outside of the picture" in picture["remarks"]
    # One look is enough: what is given is no false alarm.
    assert [look["frame"] for look in video["faces"][0]["looks"]] == [1]
    assert missing["error"].startswith("has no face boxes, neither as ")
    assert missing["error"] in out


def test_what_was_answered_before_a_stop_is_written(asked, tmp_path, monkeypatch):
    for name in "abc":
        film(tmp_path / f"{name}.mp4", [[(FACE, FAKE)]] * 3)

    def stopped(inputs, *others):
        for number, looked in enumerate(look_at_all(inputs, *others)):
            if number == 2:
                raise KeyboardInterrupt
            yield looked

    look_at_all = detect.look_at_all
    monkeypatch.setattr(detect, "look_at_all", stopped)
    status, out, results = asked("a.mp4", "b.mp4", "c.mp4")
    assert status == 130
    assert [file["path"] for file in results["files"]] == ["a.mp4", "b.mp4"]
    assert not results["complete"]
    assert "2 files: 2 signs of forgery" in out


def test_a_signal_ends_it_within_a_video_that_is_answered_so_far(asked, tmp_path, monkeypatch):
    for name in "abc":
        film(tmp_path / f"{name}.mp4", [[(FACE, FAKE)]] * 5)
    asks = iter([None] * 8 + [15] * 9)  # after each look and file
    monkeypatch.setattr(detect, "stopped_by", lambda: next(asks))
    status, out, results = asked("a.mp4", "b.mp4", "c.mp4", "--no_pictures")
    assert status == 143
    whole, cut = results["files"]
    assert (whole["error"], cut["error"]) == (None, "stopped at 0.1 seconds")
    assert [len(file["faces"][0]["looks"]) for file in (whole, cut)] == [5, 3]
    assert not results["complete"]
    assert "stopped after 2 of 3 files" in out
