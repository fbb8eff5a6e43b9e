"""What the page says of a ticket."""

import numpy as np
from msgspec.structs import replace

from experiments.detecting.serving.about import about, marks
from jaxticket.calibration import Seen
from jaxticket.tickets.manifest import Origin
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting.drawn import scoring
from tests.tickets.small import manifest


def test_bounds_are_given_as_probabilities():
    found = calibration(scores(np.linspace(-3, 1, 100), np.linspace(-1, 3, 100)))
    shown = about("a.safetensors", scoring(calibration=found, manifest=manifest()))
    facts = dict(shown.facts)
    upper = marks(found.frames).upper
    assert upper is not None
    assert 0.5 < upper < 1
    assert facts["signs of forgery"].startswith(f"above a probability of {upper:.2f}")
    assert "at most 5% of real faces, with 95% confidence" in facts["signs of forgery"]
    assert facts["file"] == "a.safetensors"
    assert "drawn by a program" in facts["trained on"]
    assert any("drawn by a program" in notice for notice in shown.notices)


def test_where_groups_are_too_few_it_says_how_many_would_do():
    found = calibration(scores(np.linspace(-3, 1, 58), np.linspace(-1, 3, 59)))
    facts = dict(about("a.safetensors", scoring(calibration=found)).facts)
    assert "takes 59 groups, there were 58 groups" in facts["signs of forgery"]
    assert "at most 5% of forged faces" in facts["no sign found"]
    assert marks(found.frames).upper is None


def test_without_a_calibration_it_says_so():
    shown = about("a.safetensors", scoring(manifest=manifest()))
    assert marks(None).upper is None
    assert any("experiments.calibrate" in notice for notice in shown.notices)


def test_whose_thresholds_videos_are_read_by_is_said():
    values = np.linspace(-3, 3, 120)
    pairs = np.repeat(np.arange(120), 2).astype(str)
    several = calibration(scores(values, values, videos=pairs, groups=pairs))
    single = calibration(scores(values, values))
    assert several.videos is not None
    facts = [dict(about("a", scoring(calibration=each)).facts) for each in (several, single)]
    assert ["videos" in each for each in facts] == [False, True]


def test_where_faces_of_validation_were_cut_otherwise_it_says_so():
    seen = Seen(examples=1, measures={}, formats={"JPEG": 1}, compressions={})
    values = np.linspace(-3, 3, 120)
    found = replace(calibration(scores(values, values)), seen=seen)
    crops = [{}, {"detector": None}]
    shown = [about("a", scoring(calibration=found, **each)).notices for each in crops]
    assert [any("cut otherwise" in notice for notice in each) for each in shown] == [True, False]


def test_of_weights_from_elsewhere_it_says_what_is_not_known():
    origin = Origin(file="Meso4_DF.h5", sha256="0", notes=["its classes are turned"])
    shown = about("Meso4_DF.h5", scoring(manifest=manifest(origin=origin)))
    facts = dict(shown.facts)
    assert facts["trained on"] == "not known: these are the weights of Meso4_DF.h5"
    assert facts["assumed"] == "its classes are turned"
    assert any("--init_from" in notice for notice in shown.notices)
    assert not any("drawn by a program" in notice for notice in shown.notices)
