"""A calibration as JSON: what a file may not claim."""

import json

import msgspec
import numpy as np
import pytest

from jaxticket.calibration import Calibration, Range, Seen, record
from tests.calibration.scored import calibration, scores

RAMP = np.arange(60.0)


@pytest.fixture
def written():
    sides = {"side": Range(low=64.0, middle=64.0, high=64.0)}
    seen = Seen(examples=120, measures=sides, formats={}, compressions={})
    found = calibration(scores(RAMP, RAMP), scores(RAMP, RAMP), seen=seen)
    return json.loads(msgspec.json.encode(found))


def test_it_reads_back_as_it_was(written):
    again = msgspec.convert(written, Calibration)
    assert json.loads(msgspec.json.encode(again)) == written


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("frames", "lower", "value"), 60.5, "the lower threshold 60.5 lies above the upper"),
        (("frames", "temperature"), 0.0, "> 0.0 - at `$.frames.temperature`"),
        (("frames", "upper", "groups"), -1, ">= 0 - at `$.frames.upper.groups`"),
        (
            ("frames", "test_outcomes", 0, "groups"),
            0,
            ">= 1 - at `$.frames.test_outcomes[0].groups`",
        ),
        (("rate",), 1.0, "< 1.0 - at `$.rate`"),
        (("seen", "measures", "side", "high"), 1e9, "pictures with sides of 64 to 1e+09 pixels"),
        (("seen", "measures", "side", "low"), 0.0, "pictures with sides of 0 to 64 pixels"),
    ],
)
def test_what_cannot_be_is_refused(written, place, value, said):
    at = written
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.convert(written, Calibration)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "kind",
    [
        each
        for each in vars(record).values()
        if isinstance(each, type)
        and issubclass(each, msgspec.Struct)
        and each is not msgspec.Struct
    ],
)
def test_what_is_recorded_cannot_be_changed_and_is_made_by_names(kind):
    assert kind.__struct_config__.frozen
    with pytest.raises(TypeError, match="Extra positional arguments"):
        kind(1)
