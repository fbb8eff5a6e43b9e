import itertools
import json
import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from data_prep.checks.complete import PreparationError
from data_prep.faces.boxes import write_face_boxes
from data_prep.media.video import read_frames, write_video
from data_prep.probes import POOLED, PROBES, Config, ProbeResult, main, probe_table, probe_tree
from data_prep.probing.features import LINEAR_PIXELS, SHORTCUTS
from data_prep.terminal.program import start

SIDE, FRAMES = 48, 2
PAIRS = {"train": 10, "val": 1, "test": 8}
BOX = (14, 14, 20, 20)

Forge = Callable[[np.ndarray, np.random.Generator], np.ndarray]
METHODS: dict[str, Forge] = {
    "Nothing": lambda frame, draw: frame,
    "Brighter": lambda frame, draw: frame + 60.0,
    "Contrast": lambda frame, draw: frame.mean() + 1.6 * (frame - frame.mean()),
    "Blurred": lambda frame, draw: cv2.GaussianBlur(frame, (0, 0), 1.5),
    "Blocks": lambda frame, draw: frame + np.kron(draw.normal(0, 8, (6, 6, 1)), np.ones((8, 8, 3))),
    "Noisy": lambda frame, draw: frame + draw.normal(0, 12, frame.shape),
    "Spot": lambda frame, draw: spotted(frame),
}  # fmt: skip


def spotted(frame: np.ndarray) -> np.ndarray:
    frame = frame.copy()
    frame[22:25, 20:23] += 60
    frame[22:25, 26:29] -= 60
    return frame


def person(draw: np.random.Generator) -> list[np.ndarray]:
    """Frames of soft noise about a grey of one's own."""
    picture = draw.uniform(80, 150) + 25 * draw.normal(size=(SIDE, SIDE, 3))
    picture = cv2.GaussianBlur(picture, (0, 0), 1.0)
    return [picture + draw.normal(0, 1, picture.shape) for _ in range(FRAMES)]


def pairs_of() -> dict[str, list[list[str]]]:
    numbers = itertools.count()
    return {
        split: [[f"{next(numbers):03d}", f"{next(numbers):03d}"] for _ in range(count)]
        for split, count in PAIRS.items()
    }


def write_tree(root: Path, methods: dict[str, Forge], shuffled: bool = False) -> Path:
    """A tree at crf 23; if shuffled, every second original changes places with its forgery."""
    draw = np.random.default_rng(11)
    (root / "splits").mkdir(parents=True)
    splits = pairs_of()
    boxes = {}

    def write(sequence: str, name: str, frames: list[np.ndarray]) -> None:
        folder = root / sequence / "c23/videos"
        folder.mkdir(parents=True, exist_ok=True)
        levels = [np.clip(np.round(frame), 0, 255).astype(np.uint8) for frame in frames]
        write_video(folder / f"{name}.mp4", levels, crf=23, preset="veryfast")

    for split, pairs in splits.items():
        (root / "splits" / f"{split}.json").write_text(json.dumps(pairs))
        for target, source in (order for pair in pairs for order in (pair, pair[::-1])):
            original = person(draw)
            forgeries = {
                method: [forge(frame, draw) for frame in original]
                for method, forge in methods.items()
            }
            if shuffled and target > source:
                (method,) = methods
                original, forgeries = forgeries[method], {method: original}
            write("original_sequences/youtube", target, original)
            boxes[f"youtube/{target}"] = [BOX] * FRAMES
            for method, frames in forgeries.items():
                write(f"manipulated_sequences/{method}", f"{target}_{source}", frames)
    write_face_boxes(root / "face_boxes.json", boxes)
    return root


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    return write_tree(tmp_path_factory.mktemp("probes") / "tree", METHODS)


@pytest.fixture(scope="module")
def found(tree) -> dict[tuple[str, str], ProbeResult]:
    return {(result.probe, result.method): result for result in probe_tree(tree)}


def test_every_probe_and_method_in_order(found):
    methods = [*sorted(METHODS), POOLED]
    assert list(found) == [(probe, method) for probe in PROBES for method in methods]
    for (_, method), result in found.items():
        low, high = result.interval
        assert low <= result.auc <= high
        assert result.videos == 2 * PAIRS["test"] * (len(METHODS) if method == POOLED else 1)


@pytest.mark.parametrize("probe", PROBES)
def test_equal_videos_are_chance(found, probe):
    result = found[probe, "Nothing"]
    assert (result.auc, result.paired, result.interval) == (0.5, 0.5, (0.5, 0.5))


@pytest.mark.parametrize(
    ("probe", "method"),
    [
        ("mean_colour", "Brighter"),
        ("channel_statistics", "Contrast"),
        ("sharpness", "Blurred"),
        ("block_statistics", "Blocks"),
        ("file_size", "Noisy"),
        (LINEAR_PIXELS, "Spot"),
    ],
)
def test_a_shortcut_is_found(found, probe, method):
    result = found[probe, method]
    assert result.auc > 0.9
    assert result.interval[0] > 0.6
    assert result.paired > 0.9


@pytest.mark.parametrize(
    ("probe", "method"),
    [("mean_colour", "Blurred"), ("mean_colour", "Contrast"), ("sharpness", "Brighter")],
)
def test_and_not_by_a_probe_that_does_not_see_it(found, probe, method):
    assert found[probe, method].auc < 0.6


def test_methods_in_different_splits(tmp_path):
    """What is there is compared; of a method that a split lacks this is said."""
    tree = write_tree(tmp_path / "tree", {name: METHODS[name] for name in ("Brighter", "Noisy")})
    splits = pairs_of()
    for method, split in (("Brighter", "test"), ("Noisy", "train")):
        for first, second in splits[split]:
            for name in (f"{first}_{second}", f"{second}_{first}"):
                (tree / f"manipulated_sequences/{method}/c23/videos/{name}.mp4").unlink()
    results = {one.method: one for one in probe_tree(tree, probes=["mean_colour"])}
    assert {name: (one.missing, one.videos) for name, one in results.items()} == {
        "Brighter": ("test", 0),
        "Noisy": ("train", 16),
        POOLED: ("", 16),
    }
    table = probe_table(list(results.values()))
    assert table.caption == (
        "not compared, without a forgery and its original: Brighter: none in test; Noisy: none in "
        "train"
    )
    assert [next(iter(column.cells)) for column in table.columns[2:]] == ["-", "-", "-", "0"]


def test_shuffled_labels_leave_nothing(tmp_path):
    tree = write_tree(tmp_path / "tree", {"Brighter": METHODS["Brighter"]}, shuffled=True)
    for result in probe_tree(tree, probes=SHORTCUTS):
        assert result.auc < 0.6
        assert result.interval[0] < 0.5 < result.interval[1]


def test_one_method_is_all_methods(tmp_path):
    tree = write_tree(tmp_path / "tree", {"Noisy": METHODS["Noisy"]})
    one, pooled = probe_tree(tree, probes=["file_size"])
    assert (one.method, pooled.method) == ("Noisy", "all")
    assert (one.auc, one.interval, one.paired) == (pooled.auc, pooled.interval, pooled.paired)


def test_file_size_by_hand(tree):
    """A single number: the probe can only order by it, one way or the other."""
    sizes = {
        path.stem.partition("_")[0]: path.stat().st_size
        for path in (tree / "manipulated_sequences/Noisy/c23/videos").iterdir()
    }
    originals = tree / "original_sequences/youtube/c23/videos"
    names = [name for pair in pairs_of()["test"] for name in pair]
    original = {name: (originals / f"{name}.mp4").stat().st_size for name in names}
    above = [sizes[a] > original[b] for a in names for b in names]
    result = next(one for one in probe_tree(tree, probes=["file_size"]) if one.method == "Noisy")
    assert result.auc == np.mean(above)


def test_frames_are_those_asked_for(tmp_path):
    """The forgery shows in the second frame alone."""
    forge = iter(itertools.cycle([METHODS["Nothing"], METHODS["Brighter"]]))
    tree = write_tree(tmp_path / "tree", {"Later": lambda frame, draw: next(forge)(frame, draw)})
    for frame, low, high in ((0, 0.4, 0.6), (1, 0.9, 1.0)):
        result = probe_tree(tree, frames=[frame], probes=["mean_colour"])[0]
        assert low <= result.auc <= high


def test_the_crop_is_the_prepared_one(tree):
    from data_prep.faceforensics import open_faceforensics
    from data_prep.probing.features import read_features
    from data_prep.videos.source import find_sources

    features = read_features(find_sources(open_faceforensics(tree)), [1])
    (frame,) = read_frames(tree / "manipulated_sequences/Spot/c23/videos/000_001.mp4", [1])
    crop = frame[11:37, 11:37]  # side 26 = 20 * 1.3, about (24, 24)
    wanted = cv2.resize(crop, (32, 32), interpolation=cv2.INTER_CUBIC) / 255
    assert features["Spot/000_001"][LINEAR_PIXELS] == pytest.approx(wanted.reshape(1, -1), abs=1e-6)
    assert not any(name.endswith(("020", "021", "020_021")) for name in features)  # validation
    size = (tree / "original_sequences/youtube/c23/videos/003.mp4").stat().st_size
    assert features["youtube/003"]["file_size"].tolist() == [[math.log(size)]]


def test_refusals(tree, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        probe_tree(tmp_path / "nowhere")
    with pytest.raises(PreparationError, match="the probe 'taste' is unknown"):
        probe_tree(tree, probes=["file_size", "taste"])
    with pytest.raises(PreparationError, match="no frames are asked for"):
        probe_tree(tree, frames=[])
    with pytest.raises(PreparationError, match=r"mp4 cannot be probed at frames 0, 7: holds 2"):
        probe_tree(tree, frames=[0, 7])
    with pytest.raises(ValueError, match="must ascend"):
        probe_tree(tree, frames=[1, 0])
    with pytest.raises(PreparationError, match="the compression 'c1' is unknown"):
        probe_tree(tree, compression="c1")


def test_without_boxes_or_originals(tmp_path):
    tree = write_tree(tmp_path / "tree", {"Noisy": METHODS["Noisy"]})
    pairs = pairs_of()
    write_face_boxes(tree / "face_boxes.json", {"youtube/000": [BOX]})
    with pytest.raises(PreparationError, match="no frame has a face box"):
        probe_tree(tree)
    for name in (name for pair in pairs["test"] for name in pair):
        (tree / f"original_sequences/youtube/c23/videos/{name}.mp4").unlink()
    with pytest.raises(PreparationError, match=r"split test .* no forgery by Noisy whose original"):
        probe_tree(tree)


def test_the_command(tree, capsys):
    assert main(Config(tree, frames=(0,))) == 0
    printed = capsys.readouterr().out
    for word in (*PROBES, *METHODS, "AUC", "paired", "0.500"):
        assert word in printed
    with pytest.raises(SystemExit):
        start("probes", [f"--source={tree}", "--frames=0,x"])
    assert "--frames" in capsys.readouterr().err
    assert main(Config(tree / "nowhere")) == 2
    assert capsys.readouterr().err.startswith("error: there is no folder")


def test_splits_and_boxes_that_the_tree_lacks(tmp_path, capsys):
    tree = write_tree(tmp_path / "tree", {"Noisy": METHODS["Noisy"]})
    splits = (tree / "splits").rename(tmp_path / "lists")
    boxes = (tree / "face_boxes.json").rename(tmp_path / "boxes.json")
    assert main(Config(tree)) == 2
    assert "--make_splits divides" in capsys.readouterr().err
    assert main(Config(tree, splits=splits)) == 2
    assert "give one (--boxes)" in capsys.readouterr().err
    assert main(Config(tree, frames=(0,), splits=splits, boxes=boxes)) == 0
    assert main(Config(tree, frames=(0,), make_splits=True, boxes=boxes)) == 0
    assert main(Config(tree, crops=True, splits=splits, boxes=boxes)) == 2
    assert "leave --whole_pictures and --boxes out" in capsys.readouterr().err


def test_the_table():
    table = probe_table([ProbeResult("sharpness", "all", 0.5049, (0.41, 0.5951), 0.526, 12)])
    cells = [next(iter(column.cells)) for column in table.columns]
    assert cells == ["sharpness", "all", "0.505", "0.41-0.60", "0.53", "12"]


def test_face_crops_are_looked_at_whole(tmp_path):
    root = write_tree(tmp_path / "tree", {name: METHODS[name] for name in ("Brighter", "Nothing")})
    for file in root.glob("*/*/c23/videos/*.mp4"):
        folder = file.parents[1] / "frames" / file.stem
        folder.mkdir(parents=True)
        for number, frame in enumerate(read_frames(file, range(FRAMES))):
            cv2.imwrite(str(folder / f"{14 * number:03d}.png"), frame[..., ::-1])
        file.unlink()
    results = probe_tree(root, probes=["mean_colour", LINEAR_PIXELS], crops=True)
    auc = {(result.probe, result.method): result.auc for result in results}
    assert auc["mean_colour", "Brighter"] > 0.9
    assert auc["mean_colour", "Nothing"] == auc[LINEAR_PIXELS, "Nothing"] == 0.5


def test_frames_of_folders_meet_by_number(tmp_path):
    """Forgeries lack the first frame, which is darker than the others."""
    root = write_tree(tmp_path / "tree", {"Nothing": METHODS["Nothing"]})
    for file in root.glob("*/*/c23/videos/*.mp4"):
        folder = file.parents[1] / "frames" / file.stem
        folder.mkdir(parents=True)
        for number, value in enumerate((10, 200, 200)):
            if number or "manipulated" not in str(file):
                picture = np.full((48, 48, 3), value, np.uint8)
                cv2.imwrite(str(folder / f"{number:03d}.png"), picture)
        file.unlink()
    (result, _) = probe_tree(root, frames=[0, 1], probes=["mean_colour"], crops=True)
    assert result.auc == 0.5
    with pytest.raises(
        PreparationError, match="at frames 2: it shares 2 frames with its forgeries"
    ):
        probe_tree(root, frames=[2], probes=["mean_colour"], crops=True)
