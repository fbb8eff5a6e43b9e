import gzip
import json
from dataclasses import replace

import numpy as np
import pytest

from jaxticket.data import RegionsError, read_regions

LEFT_HALF = [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]
LOWER_HALF = [[0, 0.5], [1, 0.5], [1, 1], [0, 1]]
BEYOND = [[-9, -9], [9, -9], [9, 9], [-9, 9]]
CONTENT = {
    "format": "regions/1",
    "regions": ["mouth", "face"],
    "of": {
        "a": {"mouth": [LOWER_HALF], "face": [LEFT_HALF]},
        "b": {"face": [BEYOND]},
        "c": {},
    },
}

CUT = gzip.compress(b"{", mtime=0)


@pytest.fixture
def opened(prepared, tmp_path):
    """Reads a file of regions as that of a prepared set."""

    def read(content):
        data = (
            content if isinstance(content, bytes) else gzip.compress(json.dumps(content).encode())
        )
        (tmp_path / "regions.json.gz").write_bytes(data)
        return read_regions(replace(prepared, path=tmp_path))

    return read


def test_a_set_without(prepared):
    assert read_regions(prepared) is None


def test_masks_do_not_overlap_and_the_first_region_holds(opened):
    masks = opened(CONTENT).masks(["a", "b", "c", "d"], 4)
    assert list(masks) == ["mouth", "face", "background"]
    lower = [[0, 0, 0, 0]] * 2 + [[1, 1, 1, 1]] * 2
    upper_left = [[1, 1, 0, 0]] * 2 + [[0, 0, 0, 0]] * 2
    upper_right = [[0, 0, 1, 1]] * 2 + [[0, 0, 0, 0]] * 2
    nothing, everything = [[0] * 4] * 4, [[1] * 4] * 4
    assert masks["mouth"].astype(int).tolist() == [lower, nothing, nothing, nothing]
    assert masks["face"].astype(int).tolist() == [upper_left, everything, nothing, nothing]
    # Nothing is known of d.
    assert masks["background"].astype(int).tolist() == [upper_right, nothing, everything, nothing]
    assert all(mask.dtype == np.bool_ for mask in masks.values())


def test_which_are_known(opened):
    regions = opened(CONTENT)
    assert regions.known(np.array(["d", "c", "a"])).tolist() == [False, True, True]
    assert regions.masks([], 3)["face"].shape == (0, 3, 3)


def test_several_polygons_are_a_union(opened):
    twice = CONTENT | {"of": {"a": {"face": [LEFT_HALF, LOWER_HALF]}}}
    mask = opened(twice).masks(["a"], 2)["face"][0]
    assert mask.astype(int).tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("size", [7, 16, 96])
def test_the_area_and_the_middle_of_a_region(opened, size):
    middle, radius = np.array([0.4, 0.6]), 0.3
    angles = np.linspace(0, 2 * np.pi, 100)
    circle = (middle + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).tolist()
    content = CONTENT | {"of": {"a": {"face": [circle]}}}
    mask = opened(content).masks(["a"], size)["face"][0]
    assert mask.mean() == pytest.approx(np.pi * radius**2, rel=0.15 if size == 7 else 0.05)
    rows, columns = np.nonzero(mask)
    assert (columns.mean() + 0.5) / size == pytest.approx(0.4, abs=0.02)
    assert (rows.mean() + 0.5) / size == pytest.approx(0.6, abs=0.02)


def test_a_pixel_belongs_to_what_covers_half_of_it(opened):
    for right, wanted in ((0.3, 0), (0.55, 1)):
        part = [[0, 0], [right, 0], [right, 1], [0, 1]]
        content = CONTENT | {"of": {"a": {"face": [part]}}}
        assert opened(content).masks(["a"], 1)["face"].item() == wanted


def test_a_size_that_is_none(opened):
    with pytest.raises(ValueError, match="must be positive, not 0"):
        opened(CONTENT).masks(["a"], 0)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"format": "regions/2"}, "does not say that it is regions/1"),
        ({"regions": []}, "`regions` names none"),
        ({"regions": ["face", "face"]}, "one twice"),
        ({"regions": ["face", "background"]}, "or the background"),
        ({"regions": "face"}, "no list of names"),
        ({"regions": ["face", 3]}, "no list of names"),
        ({"of": []}, "`of` is no object"),
        ({"of": {"a": []}}, "the regions of a are no object"),
        ({"of": {"a": {"ears": []}}}, "a has 'ears'"),
        ({"of": {"a": {"face": 3}}}, "a has 'face'"),
        ({"of": {"a": {"face": [[[0, 0], [1, 1]]]}}}, "face of a: a polygon"),
        *(
            ({"of": {"a": {"face": [[[0, 0], [1, 1], corner]]}}}, "face of a: a polygon")
            for corner in ([1], "12", [True, 0], [float("nan"), 0], [10**400, 0], [None, 0])
        ),
    ],
)
def test_other_forms_are_refused(opened, changed, wrong):
    with pytest.raises(RegionsError, match=wrong):
        opened(CONTENT | changed)


@pytest.mark.parametrize(
    "data",
    # Without a time, or two processes that collect in different seconds have different tests.
    [b"", b"{}", CUT, CUT[:-3], b"\x1f\x8b" + b"x" * 30],
)
def test_a_damaged_file(opened, data):
    with pytest.raises(RegionsError, match=r"regions\.json\.gz"):
        opened(data)


def test_a_file_beyond_measure(opened, monkeypatch):
    monkeypatch.setattr("jaxticket.limits.JSON_BYTES", 100)
    with pytest.raises(RegionsError, match="holds more than 100 bytes"):
        opened(CONTENT)


def test_corners_far_away_are_outside_all_the_same(opened):
    far = [[-1e300, -1], [1e300, -1], [1e300, 0.5], [-1e300, 0.5]]
    content = CONTENT | {"of": {"a": {"face": [far]}}}
    assert opened(content).masks(["a"], 2)["face"][0].astype(int).tolist() == [[1, 1], [0, 0]]
