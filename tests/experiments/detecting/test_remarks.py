import cv2
import pytest

from data_prep.faces.boxes import Box
from data_prep.media.headers import INTERLACED, TURNED, VideoHeader
from experiments.detecting.look import look_at
from experiments.detecting.remarks import face_remarks, video_remarks
from jaxticket.calibration import Seen
from jaxticket.calibration.record import Range
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting.drawn import FAKE, REAL, draw, save, scoring

FACE = Box(8, 8, 20, 20)


def calibrated(**measures):
    ranges = {name: Range(low=low, middle=low, high=high) for name, (low, high) in measures.items()}
    seen = Seen(examples=1, measures=ranges, formats={}, compressions={})
    return scoring(calibration=calibration(scores([-1.0] * 70, [1.0] * 70), seen=seen))


def test_what_lies_outside_of_what_validation_held():
    held = calibrated(sharpness=(0.5, 1.0), side=(10, 99))
    assert face_remarks({"side": 50, "sharpness": 0.7}, held, "picture") == []
    assert face_remarks({"side": 100, "sharpness": 0.25}, held, "picture") == [
        "shorter side of the face in pixels: 100, validation held 10 to 99",
        "sharpness: 0.25, validation held 0.5 to 1",
    ]


@pytest.mark.parametrize(("kind", "count"), [("picture", 0), ("video", 0), ("crop", 1)])
def test_pictures_that_were_resized_say_nothing_of_the_size_of_faces(kind, count):
    assert len(face_remarks({"side": 50}, calibrated(side=(256, 256)), kind)) == count


def test_a_face_smaller_than_what_the_network_sees():
    assert face_remarks({"side": 7}, scoring(), "picture") == [
        "small: face of 7 pixels, enlarged to the 8 that the network sees"
    ]


def test_what_a_header_says():
    header = VideoHeader("c", "h264", 100, 100, 10.0, None, 500, (TURNED, INTERLACED))
    frames, little = video_remarks(header)
    assert frames.startswith("frames: they are interlaced")
    assert little.startswith("little data: h264 with 0.005 bits a pixel")
    plain = VideoHeader("c", "h264", 100, 100, 10.0, None, None, ())
    assert video_remarks(plain) == []


def test_several_faces_of_which_one_has_signs(tmp_path):
    other = Box(40, 8, 20, 20)
    both = save(tmp_path / "a.png", draw([(FACE, FAKE), (other, REAL)]))
    finding, _ = look_at(both, calibrated())
    assert (finding.answer, len(finding.faces)) == ("signs of forgery", 2)
    assert finding.probability == finding.faces[0].probability > 0.9
    assert [remark.partition(":")[0] for remark in finding.remarks] == ["several faces"]
    calm = save(tmp_path / "b.png", draw([(FACE, REAL), (other, REAL)]))
    assert look_at(calm, calibrated()).finding.remarks == []


def test_a_picture_without_colours_and_the_bytes_of_a_jpeg(tmp_path):
    grey = tmp_path / "a.jpg"
    cv2.imwrite(str(grey), draw([])[..., 0])
    crops = calibrated(bytes=(5.0, 6.0))
    crops = scoring(calibration=crops.calibration, detector=None)
    finding, _ = look_at(grey, crops)
    assert finding.remarks == ["grey: the picture has no colours"]
    assert finding.faces[0].remarks == []  # it became a PNG
    coloured = tmp_path / "b.jpg"
    cv2.imwrite(str(coloured), draw([]))
    [remark] = look_at(coloured, crops).finding.faces[0].remarks
    assert remark.startswith("bytes a pixel of the JPEG: ")
