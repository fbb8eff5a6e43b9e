"""What the page says of a ticket."""

import numpy as np

from experiments.detecting.serving.about import about
from tests.calibration.scored import calibration, scores
from tests.experiments.detecting.drawn import scoring
from tests.tickets.small import manifest


def said(real, fake, **others):
    found = calibration(scores(np.asarray(real), np.asarray(fake)))
    return about("a.safetensors", scoring(calibration=found, manifest=manifest(**others)))


def test_bounds_are_given_as_probabilities():
    shown = said(np.linspace(-3, 1, 100), np.linspace(-1, 3, 100))
    facts = dict(shown.facts)
    assert shown.calibrated
    assert shown.picture.upper is not None
    assert facts["signs of forgery"].startswith(f"above a probability of {shown.picture.upper:.2f}")
    assert "at most 5% of real faces, with 95% confidence" in facts["signs of forgery"]
    assert facts["ticket"] == "a.safetensors"
    assert "drawn by a program" in facts["trained on"]
    assert any("drawn by a program" in notice for notice in shown.notices)


def test_where_groups_are_too_few_it_says_how_many_would_do():
    shown = said(np.linspace(-3, 1, 58), np.linspace(-1, 3, 59))
    assert shown.picture.upper is None
    assert "takes 59 groups, there were 58 groups" in dict(shown.facts)["signs of forgery"]
    assert shown.picture.lower is not None


def test_without_a_calibration_it_says_so():
    shown = about("a.safetensors", scoring(manifest=manifest()))
    assert not shown.calibrated
    assert any("experiments.calibrate" in notice for notice in shown.notices)
