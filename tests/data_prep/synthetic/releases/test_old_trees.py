import json

import pytest

from data_prep.faces.regions import read_face_regions
from data_prep.prepared.card import read_card
from data_prep.synthetic import EMBEDDED, prepare_embedded
from data_prep.synthetic.group_picture import make_group_picture
from data_prep.synthetic.releases.old_trees import with_regions
from data_prep.synthetic.releases.openforensics import picture_name
from jaxticket.data import load_examples, open_prepared, read_regions

# Pixels hang on the encoder: of two preparations with one, not of every machine.
LAYOUTS = {
    "synthetic_ff_tiny": ("synthetic_videos/v*", 6, "pairs outlined"),
    "synthetic_of_tiny": ("synthetic_pictures/groups*", 17, "pictures outlined"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_regions_are_added_to_an_old_set_and_change_nothing_else(name, tmp_path):
    pattern, number, what = LAYOUTS[name]
    version = prepare_embedded(name, tmp_path)
    card = read_card(version)
    assert "face regions" in card.notes[-1]
    (tree,) = tmp_path.glob(pattern)
    written = (tree / "face_regions.json").read_bytes()
    added = (version / "regions.json.gz").read_bytes()
    others = {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for folder in (tree, version)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("face_regions.json", "regions.json.gz")
    }
    # As it was before there were regions.
    (tree / "face_regions.json").unlink()
    (version / "regions.json.gz").unlink()
    old = json.loads((version / "data_card.json").read_text())
    old["notes"].pop()
    (version / "data_card.json").write_text(json.dumps(old))
    steps = []
    assert prepare_embedded(name, tmp_path, lambda *step: steps.append(step)) == version
    assert steps == [(what, done, number) for done in range(1, number + 1)]
    assert (tree / "face_regions.json").read_bytes() == written
    assert (version / "regions.json.gz").read_bytes() == added
    assert read_card(version) == card
    for path, (content, time) in others.items():
        assert path.read_bytes() == content, path
        assert path.stat().st_mtime_ns == time or path.name == "data_card.json", path
    again = []
    prepare_embedded(name, tmp_path, lambda *step: again.append(step))
    assert again == []


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_picture_has_eyes_a_nose_and_a_mouth_in_their_places(name, tmp_path):
    prepared = open_prepared(prepare_embedded(name, tmp_path))
    regions = read_regions(prepared)
    assert regions is not None
    for split in prepared.splits:
        keys = load_examples(prepared, split, 32).keys
        assert regions.known(keys).all()
        masks = regions.masks(keys, 96)
        assert (sum(mask.astype(int) for mask in masks.values()) == 1).all()

        def height(region, masks=masks):
            rows = masks[region].sum(axis=2)
            return (rows * range(96)).sum(axis=1) / rows.sum(axis=1) / 96

        assert (abs(height("eyes") - 0.33) < 0.12).all()
        assert (height("eyes") < height("nose")).all()
        assert (height("nose") < height("mouth")).all()
        assert (abs(height("mouth") - 0.7) < 0.1).all()
        share = {region: mask.mean() for region, mask in masks.items()}
        assert 0.2 < share["face"] < 0.6
        assert 0.005 < share["mouth"] < share["face"] / 4


def test_faces_of_groups_are_named_as_their_records(tmp_path):
    prepare_embedded("synthetic_of_tiny", tmp_path)
    (tree,) = tmp_path.glob("synthetic_pictures/groups*")
    faces = read_face_regions(tree / "face_regions.json").faces
    world = EMBEDDED["synthetic_of_tiny"].world
    first = make_group_picture(world.seed, world.splits()["Val"][0])
    second = make_group_picture(world.seed, world.splits()["Val"][1])
    names = [picture_name(world.seed, number) for number in world.splits()["Val"][:2]]
    wanted = [f"Val/{names[0]}/{which}" for which in range(len(first.parts))]
    wanted += [f"Val/{names[1]}/{len(wanted) + which}" for which in range(len(second.parts))]
    assert set(wanted) <= set(faces)
    for name, parts in zip(wanted, (*first.parts, *second.parts), strict=True):
        for region, polygons in faces[name].items():
            for found, drawn in zip(polygons, parts[region], strict=True):
                assert abs(found - drawn).max() <= 0.0501


def test_a_folder_that_cannot_be_written_to_is_as_good(tmp_path, caplog):
    def full(root):
        raise OSError(28, "No space left on device")

    (tmp_path / "tree").mkdir()
    with_regions(tmp_path / "tree", full)
    assert "gets no face regions: No space left on device" in caplog.text
