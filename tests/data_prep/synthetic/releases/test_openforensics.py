import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data_prep.openforensics import prepare_openforensics
from data_prep.openforensics.polygons import fill_polygons
from data_prep.prepared.card import read_card
from data_prep.synthetic.group_picture import make_group_picture
from data_prep.synthetic.group_world import VERSION, GroupWorld
from data_prep.synthetic.releases.openforensics import (
    describe,
    picture_name,
    render_groups_once,
    write_groups,
)

WORLD = GroupWorld(seed=3, train=3, validation=1, test=1, challenge=2)


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    root = tmp_path_factory.mktemp("groups") / "tree"
    steps = []
    render_groups_once(WORLD, root, lambda *step: steps.append(step))
    assert steps == [(done, 7) for done in range(1, 8)]
    return root


def annotations(tree: Path, split: str) -> dict:
    return json.loads((tree / f"{split}_poly.json").read_text())


def test_every_file(tree):
    wanted = {"face_regions.json", "synthetic.json"}
    wanted |= {f"{split}_poly.json" for split in WORLD.splits()}
    for split, numbers in WORLD.splits().items():
        wanted |= {f"{split}/{picture_name(3, number)}" for number in numbers}
    found = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    assert found == wanted
    said = json.loads((tree / "synthetic.json").read_text())
    assert said == describe(WORLD)
    assert (said["version"], said["seed"], said["challenge"]) == (VERSION, 3, 2)


@pytest.mark.parametrize("split", WORLD.splits())
def test_the_annotations_are_those_of_the_release(tree, split):
    found = annotations(tree, split)
    assert found["categories"] == [{"id": 0, "name": "Real"}, {"id": 1, "name": "Fake"}]
    numbers = WORLD.splits()[split]
    assert [entry["id"] for entry in found["images"]] == list(range(len(numbers)))
    assert [entry["id"] for entry in found["annotations"]] == list(range(len(found["annotations"])))
    for entry, number in zip(found["images"], numbers, strict=True):
        assert entry["file_name"] == f"Images/{split}/{picture_name(3, number)}"
        with Image.open(tree / split / picture_name(3, number)) as opened:
            assert opened.format == "JPEG"
            assert opened.size == (entry["width"], entry["height"])
        group = make_group_picture(3, number)
        faces = [one for one in found["annotations"] if one["image_id"] == entry["id"]]
        for face, one in zip(group.faces, faces, strict=True):
            assert one["category_id"] == (face.method is not None)
            assert one["bbox"] == pytest.approx(face.box, abs=0.01)
            assert one["iscrowd"] == 0
            assert one["area"] == face.region.sum()
            polygons = [np.array(points).reshape(-1, 2) for points in one["segmentation"]]
            filled = fill_polygons(polygons, *face.region.shape) > 0
            assert (filled & face.region).sum() > 0.97 * (filled | face.region).sum()


def test_the_names_of_pictures_are_pinned():
    # A set is found again by the names of its files.
    names = [picture_name(3, 0), picture_name(3, 1), picture_name(4, 0)]
    assert names == ["03d299da42.jpg", "562ac5ddaa.jpg", "504405532c.jpg"]


def test_pictures_are_what_was_drawn_but_for_the_encoder(tree):
    for number in WORLD.splits()["Train"]:
        shown = np.asarray(Image.open(tree / "Train" / picture_name(3, number)), np.float32)
        assert 0.3 < np.abs(shown - make_group_picture(3, number).forged).mean() < 6


def test_forged_faces_are_forged(tree):
    for number in WORLD.splits()["Train"]:
        shown = np.asarray(Image.open(tree / "Train" / picture_name(3, number)), np.float32)
        group = make_group_picture(3, number)
        assert abs((shown - group.forged).mean()) < 0.2
        for face in group.faces:
            error, change = (np.abs(shown - one)[face.region].mean() for one in
                             (group.forged, group.original))  # fmt: skip
            assert (error < change) == (face.method is not None)


def test_the_quality_is_drawn_for_each_picture(tree):
    pictures = [(split, number) for split, numbers in WORLD.splits().items() for number in numbers]
    tables = []
    for split, number in pictures:
        with Image.open(tree / split / picture_name(3, number)) as opened:
            tables.append(sum(opened.quantization[0]))
    # Sums of the table of luma: 441 at quality 94, 736 at 90, 1031 at 86, 884 at 88, 1109 at 85.
    assert tables == [441, 736, 1031, 884, 1109, 292, 592]


def test_the_challenge_is_corrupted(tree):
    for number in WORLD.splits()["Test-Challenge"]:
        path = tree / "Test-Challenge" / picture_name(3, number)
        shown = np.asarray(Image.open(path), np.float32)
        assert np.abs(shown - make_group_picture(3, number).forged).mean() > 8


def test_the_same_again(tree, tmp_path):
    write_groups(WORLD, tmp_path / "again")
    for path in tree.rglob("*"):
        if path.is_file():
            again = tmp_path / "again" / path.relative_to(tree)
            assert again.read_bytes() == path.read_bytes(), path.name


def test_found_again(tree, monkeypatch):
    monkeypatch.setattr("data_prep.synthetic.releases.openforensics.write_groups", None)
    render_groups_once(WORLD, tree)
    with pytest.raises(FileExistsError, match="holds something else"):
        render_groups_once(GroupWorld(seed=4), tree)


@pytest.mark.parametrize("test", ["Test-Dev", "Test-Challenge"])
def test_it_can_be_prepared(tree, tmp_path, test):
    card = read_card(prepare_openforensics(tree, tmp_path, test=test, size=32, strict=True))
    assert card.synthetic
    assert card.skipped == card.warnings == ()
    other = {"Test-Dev": 2, "Test-Challenge": 1}[test]
    assert sum(card.ignored.values()) == other
    last = len(WORLD.splits()[test])
    assert card.groups == {"train": 3, "validation": 1, "test": last}
    for release, split in (("Train", "train"), ("Val", "validation"), (test, "test")):
        labels = [face["category_id"] for face in annotations(tree, release)["annotations"]]
        assert card.pictures[split] == {"real": labels.count(0), "fake": labels.count(1)}
    assert not any("no mask" in note for note in card.notes)
