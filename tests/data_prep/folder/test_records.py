import io

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image

from data_prep.folder import prepare_folder
from data_prep.prepared.card import read_card
from tests.data_prep.records_of import by_key, records


def test_records_come_back_as_they_were(fill, full_names, tmp_path):
    source = fill(*full_names)
    version = prepare_folder(source, tmp_path / "out")
    found = by_key(version)
    assert found.keys() == set(full_names)
    for name, record in found.items():
        fake = int("Fake" in name)
        assert record["image"] == (source / name).read_bytes()
        assert (record["label"], record["method"]) == (fake, fake)
        assert record["group"] == record["video"] == name.encode()
        assert (record["frame"], record["compression"], record["has_mask"]) == (0, b"", False)


def test_the_card_beside_the_records(fill, full_names, tmp_path):
    source = fill(*full_names)
    (source / "README.md").write_text("x")
    card = read_card(prepare_folder(source, tmp_path / "out"))
    assert (card.name, card.source, card.synthetic) == ("pictures", str(source), False)
    assert card.pictures == {
        split: {"real": 2, "fake": 2} for split in ("train", "validation", "test")
    }
    assert card.groups == {"train": 4, "validation": 4, "test": 4}
    assert card.ignored == {".md file": 1}
    assert card.skipped == card.warnings == card.notes == ()


def test_plain_classes_are_split_by_stem(fill, tmp_path):
    source = fill(*(f"{label}/{n}.png" for label in ("real", "fake") for n in range(10)))
    version = prepare_folder(source, tmp_path / "out")
    assert [len(records(version, s)) for s in ("train", "validation", "test")] == [16, 2, 2]
    card = read_card(version)
    assert card.groups == {"train": 8, "validation": 1, "test": 1}
    assert "10% for validation" in card.notes[0]


def test_video_folders(fill, tmp_path):
    source = fill(
        *(
            f"{split}/{label}/{split}{number}/{frame}.png"
            for split in ("train", "val", "test")
            for label in ("real", "fake")
            for number in range(2)
            for frame in (2, 10)
        )
    )
    found = by_key(prepare_folder(source, tmp_path / "out"))
    record = found["val/fake/val1/10.png"]
    assert (record["group"], record["video"], record["frame"]) == (b"val1", b"fake/val1", 10)


def test_methods_below_fake(fill, tmp_path):
    methods = ("FaceSwap", "DF", "Mine")
    names = [f"fake/{method}/{method}{n}.png" for method in methods for n in range(4)]
    version = prepare_folder(fill(*names, *(f"real/r{n}.png" for n in range(9))), tmp_path / "out")
    card = read_card(version)
    assert card.methods == ("real", "Deepfakes", "FaceSwap", "Mine")
    found = by_key(version)
    record = found["fake/DF/DF1.png"]
    assert (record["label"], record["method"]) == (1, 1)
    assert record["group"] == b"DF1"
    assert record["video"] == b"fake/DF/DF1.png"


def test_methods_with_videos_and_compressions(fill, tmp_path):
    names = [
        f"{top}/c{level}/{video}/{n}.png"
        for top in ("real", "fake/DF", "fake/NT")
        for level in (23, 40)
        for video in ("v1", "v2", "v3")
        for n in range(2)
    ]
    version = prepare_folder(fill(*names), tmp_path / "out")
    record = by_key(version)["fake/NT/c40/v2/1.png"]
    assert (record["video"], record["group"]) == (b"NeuralTextures/v2", b"v2")
    assert record["compression"] == b"c40"
    assert read_card(version).by_method["train"]["Deepfakes"] == {"c23": 2, "c40": 2}


def test_groups_across_the_users_splits_are_warned_of(fill, tmp_path):
    source = fill(
        *(f"{s}/{label}/v1/1.png" for s in ("train", "val", "test") for label in ("real", "fake"))
    )
    card = read_card(prepare_folder(source, tmp_path / "out"))
    assert card.warnings[0].startswith("1 group with 6 pictures stands in more than one split")


def test_manifest_in_a_folder_and_by_its_path(fill, tmp_path):
    source = fill(*(f"x/{n}.png" for n in range(6)), "not_listed.png")
    rows = [f"x/{n}.png,{n % 2},g{n},{('train', 'val', 'test')[n // 2]}" for n in range(6)]
    manifest = source / "manifest.csv"
    manifest.write_text("path,label,group,split\n" + "\n".join(rows) + "\n")
    version = prepare_folder(source, tmp_path / "out")
    assert prepare_folder(manifest, tmp_path / "out") == version
    found = by_key(version)
    assert found.keys() == {f"x/{n}.png" for n in range(6)}
    assert (found["x/3.png"]["group"], found["x/3.png"]["label"]) == (b"g3", 1)
    manifest.write_text(manifest.read_text().replace("g3", "g4"))
    assert prepare_folder(manifest, tmp_path / "out") != version


def test_a_picture_missing_from_a_manifest_is_a_bad_picture(fill, tmp_path):
    source = fill(*(f"{n}.png" for n in range(6)))
    rows = [f"{n}.png,{n % 2},{('train', 'val', 'test')[n // 2]}" for n in range(6)]
    (source / "list.csv").write_text("path,label,split\ngone.png,0,train\n" + "\n".join(rows))
    card = read_card(prepare_folder(source / "list.csv", tmp_path / "out"))
    assert card.skipped == (("gone.png", "cannot be read: No such file or directory"),)


def test_conversions_are_stored_as_rgb_png_and_counted(fill, full_names, tmp_path):
    source = fill(*full_names)
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8)
    Image.fromarray(grey).save(source / "Train/Real/grey.jpg")
    Image.fromarray(grey).save(source / "Train/Fake/grey.png")
    Image.new("RGBA", (8, 8)).save(source / "Test/Fake/alpha.png")
    version = prepare_folder(source, tmp_path / "out")
    assert read_card(version).conversions == {"alpha": 1, "grey": 2}
    decoded = tfds.builder_from_directory(version).info.features["image"]
    assert decoded.shape == (None, None, 3)
    record = by_key(version)["Train/Fake/grey.png"]
    with Image.open(io.BytesIO(record["image"])) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        np.testing.assert_array_equal(np.asarray(image)[..., 2], grey)


def test_links_out_of_the_folder_are_left_out_and_counted(fill, full_names, tmp_path):
    source = fill(*full_names)
    outside = fill("secret.png", folder="outside")
    (source / "Train/Real/link.png").symlink_to(outside / "secret.png")
    version = prepare_folder(source, tmp_path / "out")
    assert "Train/Real/link.png" not in by_key(version)
    assert read_card(version).ignored == {"link out of the folder": 1}


def test_names_that_are_not_utf8(fill, full_names, tmp_path):
    odd = b"od\xffd".decode("utf-8", "surrogateescape")
    source = fill(*full_names, f"Train/Real/{odd}.png", folder=odd)
    version = prepare_folder(source, tmp_path / "out")
    assert "Train/Real/od\\xffd.png" in by_key(version)
    assert read_card(version).name == "od\\xffd"
