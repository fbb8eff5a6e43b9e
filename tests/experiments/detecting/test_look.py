import numpy as np
import pytest

from data_prep.faces.boxes import Box
from data_prep.videos.crops import read_faces
from experiments.detecting.inputs import Input
from experiments.detecting.look import look_at, look_at_all
from jaxticket.decoding import decode_square
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting.drawn import FAKE, REAL, SIZE, draw, film, redness, save, scoring

LEFT, RIGHT = Box(4, 8, 12, 12), Box(40, 20, 16, 16)


def test_every_face_of_a_picture_from_the_left(tmp_path):
    picture = save(tmp_path / "a.png", draw([(RIGHT, FAKE), (LEFT, REAL)]))
    finding, (view,) = look_at(picture, scoring())
    assert (finding.path, finding.kind, finding.error) == (str(picture), "picture", None)
    assert (finding.width, finding.height) == (64, 48)
    assert [face.looks[0].box for face in finding.faces] == [LEFT, RIGHT]
    assert [face.score > 0 for face in finding.faces] == [False, True]
    assert list(view.crops) == [1, 2]
    np.testing.assert_array_equal(view.picture, draw([(RIGHT, FAKE), (LEFT, REAL)]))


def test_a_picture_without_a_face(tmp_path):
    finding, _ = look_at(save(tmp_path / "a.png", draw([])), scoring())
    assert (finding.answer, finding.faces) == ("no face found", [])


def test_a_crop_of_a_video_is_that_of_its_prepared_record(tmp_path):
    moving = [[(Box(4 + place, 8, 20, 20), FAKE)] for place in range(4)]
    video = film(tmp_path / "a.mp4", moving)
    boxes = [faces[0][0] for faces in moving]
    prepared = read_faces(video, None, boxes, frames=4, size=256)
    finding, views = look_at(video, scoring())
    of_records = [decode_square(face.image, SIZE) for face in prepared.faces.values()]
    scores = redness(np.array(of_records))[:, 0]
    assert [look.score for look in finding.faces[0].looks] == scores.tolist()
    highest = int(scores.argmax())
    assert [view.frame for view in views] == [highest]
    np.testing.assert_array_equal(views[0].crops[1], of_records[highest])


def test_a_face_of_a_few_looks_is_counted_and_not_answered(tmp_path):
    frames = [[(LEFT, REAL)]] * 2 + [[(LEFT, REAL), (RIGHT, FAKE)]] * 2 + [[(LEFT, REAL)]] * 2
    finding, _ = look_at(film(tmp_path / "a.mp4", frames), scoring(fewest_looks=3))
    assert [len(face.looks) for face in finding.faces] == [6]
    assert finding.remarks == [
        "passing by: 1 face seen in fewer than 3 of 6 looks, or no face at all, not answered"
    ]
    both, _ = look_at(tmp_path / "a.mp4", scoring(fewest_looks=2))
    assert [len(face.looks) for face in both.faces] == [6, 2]


def test_files_come_in_order_and_one_that_cannot_be_read_stops_no_other(tmp_path):
    (tmp_path / "b.png").write_bytes(b"no picture")
    files = [
        save(tmp_path / "a.png", draw([(LEFT, FAKE)])),
        tmp_path / "b.png",
        film(tmp_path / "c.mp4", [[(LEFT, REAL)]] * 3),
        save(tmp_path / "d.png", draw([(LEFT, REAL)])),
    ]
    found = [
        looked.finding
        for looked in look_at_all([Input(file, file.name) for file in files], scoring())
    ]
    assert [finding.path for finding in found] == ["a.png", "b.png", "c.mp4", "d.png"]
    assert [finding.error for finding in found] == [
        None,
        "not a picture that can be read",
        None,
        None,
    ]
    assert [len(finding.faces) for finding in found] == [1, 0, 1, 1]


@pytest.mark.parametrize(("lengths", "said"), [(2, []), (4, ["few looks"])])
def test_a_video_shorter_than_those_of_validation_is_said_to_be(tmp_path, lengths, said):
    names = [f"{label}{at // lengths}" for label in "rf" for at in range(60 * lengths)]
    every = np.repeat([-1.0, 1.0], 60 * lengths)
    of_videos = calibration(scores(every[: len(every) // 2], every[len(every) // 2 :],
                                   videos=names, groups=names))  # fmt: skip
    video = film(tmp_path / "a.mp4", [[(LEFT, REAL)]] * 3)
    finding, _ = look_at(video, scoring(calibration=of_videos))
    [face] = finding.faces
    assert [remark.partition(":")[0] for remark in face.remarks] == said
