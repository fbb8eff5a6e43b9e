import io
import json
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import numpy as np
import pytest

from data_prep.faces.landmarks import (
    REGION_NAMES,
    LandmarksError,
    landmark_regions,
    read_landmarks,
    read_landmarks_of_folder,
)


def grid(count):
    """Points of which each tells its number."""
    return np.stack([np.arange(count), 2 * np.arange(count) + 1], axis=1)


@pytest.mark.parametrize("count", [68, 81])
@pytest.mark.parametrize("kind", ["<i8", ">u4", "<f4", "<f2"])
def test_a_numpy_file_of_any_numbers(tmp_path, count, kind):
    np.save(tmp_path / "a.npy", grid(count).astype(kind))
    read = read_landmarks(tmp_path / "a.npy")
    assert (read.dtype, read.tolist()) == (np.float64, grid(count).tolist())


def test_threads_parse_headers_one_after_the_other(tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", grid(68))
    parse, parsing, both = np.lib.format.read_array_header_1_0, Lock(), Barrier(2)

    def parse_alone(file):
        assert parsing.acquire(blocking=False), "two at once"
        time.sleep(0.02)  # so that the other thread comes too, if it may
        parsing.release()
        return parse(file)

    def read(_):
        both.wait()
        return read_landmarks(tmp_path / "a.npy").tolist()

    monkeypatch.setattr(np.lib.format, "read_array_header_1_0", parse_alone)
    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(read, range(2))) == [grid(68).tolist()] * 2


def test_a_numpy_file_by_columns(tmp_path):
    np.save(tmp_path / "a.npy", np.asfortranarray(grid(68)))
    assert read_landmarks(tmp_path / "a.npy").tolist() == grid(68).tolist()


def header(shape, kind="<i8"):
    out = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        out, {"shape": shape, "fortran_order": False, "descr": kind}
    )
    return out.getvalue()


def saved(points, **options):
    out = io.BytesIO()
    np.save(out, points, **options)
    return out.getvalue()


class Executed:
    def __reduce__(self):
        return exec, ("raise SystemExit('executed')",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no NumPy file"),
        (b"\x93NUMPY\x01\x00\xff\xff{'shape': ", "is no NumPy file"),
        (pickle.dumps(Executed()), "is no NumPy file"),
        (saved(np.array([[Executed(), 0]] * 68, object), allow_pickle=True), r"holds object"),
        (saved(grid(5)), r"holds int64 \[5, 2\], not 68 or 81 x 2"),
        (saved(grid(68).T), r"holds int64 \[2, 68\]"),
        (saved(np.full((68, 2), "a")), "holds <U1"),
        (header((10**12, 2)), r"holds int64 \[1000000000000, 2\]"),  # no memory is taken for it
        (header((68, 2)), "is cut off"),
        (saved(np.full((68, 2), np.nan)), "a point that is no place"),
        (saved(np.full((68, 2), 1e9)), "a point that is no place"),
        (b"\x93NUMPY\x01\x00" + bytes(1 << 16), "more than landmarks need"),
    ],
)
def test_other_numpy_files(tmp_path, content, reason):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(LandmarksError, match=reason):
        read_landmarks(tmp_path / "a.npy")


def test_no_file(tmp_path):
    for read in (read_landmarks, read_landmarks_of_folder):
        with pytest.raises(LandmarksError, match="cannot be read: No such file"):
            read(tmp_path / "a")


def test_one_json_file_for_a_folder(tmp_path):
    path = tmp_path / "000.json"
    path.write_text("\ufeff" + json.dumps({"000_0000.png": grid(68).tolist()}), encoding="utf-8")
    read = read_landmarks_of_folder(path)
    assert {name: points.tolist() for name, points in read.items()} == {
        "000_0000": grid(68).tolist()
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[", "is no JSON file"),
        ("[" * 100_000, "is no JSON file"),
        ("[]", "is no JSON object"),
        ('{"a.png": [[1, 2]]}', "gives for 'a.png' no list of 68 or 81 points"),
        ('{"a.png": {"x": 1}}', "gives for 'a.png' no list"),
        (json.dumps({"a.png": [[1, [2]]] * 68}), "gives for 'a.png' no list"),
        (json.dumps({"a.png": [[1, 10**400]] * 68}), "gives for 'a.png' no list"),
        (json.dumps({"a.png": [[1, float("inf")]] * 68}), "a point that is no place"),
    ],
)
def test_other_json_files(tmp_path, content, reason):
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(LandmarksError, match=reason):
        read_landmarks_of_folder(tmp_path / "a.json")


def face():
    """Landmarks of a face 100 wide: eyes 40 apart, level, at a height of 30."""
    points = np.zeros((81, 2))
    points[:17] = [(x, 40 + x * (100 - x) / 50) for x in np.linspace(0, 100, 17)]  # the jaw
    points[17:22] = [(x, 20) for x in range(20, 41, 5)]
    points[22:27] = [(x, 20) for x in range(60, 81, 5)]
    points[27:31] = [(50, y) for y in range(30, 51, 6)]
    points[31:36] = [(x, 55) for x in range(40, 61, 5)]
    points[36:42] = [(25, 30), (28, 28), (32, 28), (35, 30), (32, 32), (28, 32)]
    points[42:48] = points[36:42] + np.array([40, 0])
    points[48:60] = [(50 + 20 * np.cos(a), 70 + 5 * np.sin(a)) for a in np.arange(12)]
    points[60:68] = (50, 70)
    points[68:] = [(x, 5) for x in np.linspace(20, 80, 13)]  # the forehead
    return points


def test_regions_go_round_the_parts():
    regions = landmark_regions(face())
    assert tuple(regions) == REGION_NAMES
    right, left = regions["eyes"]
    assert right.tolist() == face()[36:42].tolist()
    assert left.tolist() == face()[42:48].tolist()
    brow = regions["brows"][0]
    # Along five points and back, 0.06 of the eyes' distance of 40 to either side.
    assert np.ptp(brow, axis=0) == pytest.approx([20, 2 * 0.06 * 40])
    assert len(brow) == 10
    assert [polygon.min(axis=0).tolist() for polygon in regions["nose"]] == [[40, 30]]
    assert regions["mouth"][0].tolist() == face()[48:60].tolist()
    assert regions["face"][0].min(axis=0).tolist() == [0, 5]
    assert landmark_regions(face()[:68])["face"][0].min(axis=0).tolist() == [0, 20]
