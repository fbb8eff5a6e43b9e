"""Pictures and folders that are refused, left out, or warned of."""

import shutil

import pytest

from data_prep.checks.complete import PreparationError
from data_prep.folder import is_prepared, prepare_folder
from data_prep.prepared.card import read_card
from tests.data_prep.records_of import by_key


def test_bad_pictures_are_named_and_skipped_up_to_the_limit(fill, full_names, tmp_path):
    source = fill(*full_names)
    (source / "Train/Real/empty.jpg").touch()
    (source / "Train/Fake/text.png").write_text("no picture")
    whole = (source / "Test/Real/real_0.png").read_bytes()
    (source / "Test/Real/cut.png").write_bytes(whole[:100])
    version = prepare_folder(source, tmp_path / "out", skip_limit=3)
    card = read_card(version)
    assert [name for name, _ in card.skipped] == [
        "Test/Real/cut.png",
        "Train/Fake/text.png",
        "Train/Real/empty.jpg",
    ]
    assert by_key(version).keys() == set(full_names)
    # What was prepared with a higher limit is not found with a lower one.
    with pytest.raises(PreparationError, match="more than 2 pictures"):
        prepare_folder(source, tmp_path / "out", skip_limit=2)
    with pytest.raises(PreparationError, match=r"Train/Real/empty.jpg: empty file"):
        prepare_folder(source, tmp_path / "other", skip_limit=2)
    assert not is_prepared(tmp_path / "other")


def test_a_class_that_is_gone_after_skipping(fill, full_names, tmp_path):
    source = fill(*full_names)
    for file in (source / "Train/Fake").iterdir():
        file.write_bytes(b"")
    with pytest.raises(PreparationError, match=r"the split train of .* holds no fake pictures"):
        prepare_folder(source, tmp_path / "out")
    assert not is_prepared(tmp_path / "out")


@pytest.mark.parametrize(
    ("names", "error", "text"),
    [
        ([], FileNotFoundError, "there is no folder"),
        (["readme.gif"], FileNotFoundError, r"no pictures below .*found instead: 1 .gif file"),
        (["train/real/1.png"], PreparationError, "holds no fake pictures"),
        (["real/1.png", "fake/1.png"], PreparationError, "the split validation of .* is empty"),
        # What was assumed is said where it is perhaps what is wrong.
        (
            [
                f"{name}/{n}.png"
                for name in ("real/FFHQ9", "real/x", "fake/a", "fake/b")
                for n in range(9)
            ],
            PreparationError,
            r"groups are FFHQ9, a, b, x; .*; folders read as videos: 2 of real and 2 of fake",
        ),
        (["a/1.png", "b/1.png"], ValueError, "no folder of a class"),
    ],
)
def test_folders_that_are_refused(fill, tmp_path, names, error, text):
    source = fill(*names)
    with pytest.raises(error, match=text):
        prepare_folder(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_videos_are_for_other_commands(tmp_path):
    (tmp_path / "videos/real").mkdir(parents=True)
    (tmp_path / "videos/real/1.MOV").write_text("x")
    with pytest.raises(
        FileNotFoundError, match=r"1 .mov file\)\. Videos are prepared by the command"
    ):
        prepare_folder(tmp_path / "videos", tmp_path / "out")


def test_identical_pictures_are_reported(fill, full_names, tmp_path):
    source = fill(*full_names)
    shutil.copy(source / "Train/Real/real_0.png", source / "Test/Fake/copy.png")
    card = read_card(prepare_folder(source, tmp_path / "out"))
    assert (card.duplicates.across_splits, card.duplicates.with_two_labels) == (1, 1)
    assert card.duplicates.examples == (("Test/Fake/copy.png", "Train/Real/real_0.png"),)
    assert len(card.warnings) == 2


def test_a_scaled_copy_across_given_splits_is_warned_of_and_refused_if_strict(
    fill, full_names, drawing, tmp_path
):
    source = fill(*full_names)
    drawing.save(source / "Train/Real/drawn.png")
    drawing.resize((100, 100)).save(source / "Test/Real/drawn.jpg")
    version = prepare_folder(source, tmp_path / "out")
    card = read_card(version)
    assert (card.duplicates.across_splits, card.duplicates.near_across_splits) == (0, 1)
    (warning,) = card.warnings
    assert "Test/Real/drawn.jpg like Train/Real/drawn.png in train and test" in warning
    with pytest.raises(PreparationError, match="1 picture has a nearly identical one"):
        prepare_folder(source, tmp_path / "out", strict=True)
    with pytest.raises(PreparationError, match=r"drawn\.jpg like Train/Real/drawn\.png"):
        prepare_folder(source, tmp_path / "other", strict=True)
    assert not is_prepared(tmp_path / "other")


def test_readings_out_of_proportion_are_warned_of(fill, tmp_path):
    videos = [f"{split}/fake/{split}{n}/1.png" for split in ("train", "val", "test") for n in "abc"]
    flat = [f"{split}/real/{n}.png" for split in ("train", "val", "test") for n in range(2)]
    more = [f"test/fake/testa/{n}.png" for n in range(2, 10)]
    card = read_card(prepare_folder(fill(*videos, *flat, *more), tmp_path / "out"))
    in_videos, large = card.warnings
    assert in_videos.startswith("fake pictures are in videos, by folders or a list")
    assert large.startswith("the group testa has 9 of the 13 pictures of test, the median group 1")


def test_a_copy_divided_by_our_own_split_is_refused(fill, drawing, tmp_path):
    source = fill(*(f"{label}/{n}.png" for label in ("real", "fake") for n in range(10)))
    prepared = by_key(prepare_folder(source, tmp_path / "out"))
    first = {name: record["split"] for name, record in prepared.items()}
    held_out = next(name for name, split in first.items() if split == "test" and "real" in name)
    kept = next(name for name, split in first.items() if split == "train" and "real" in name)
    shutil.copy(source / kept, source / held_out)
    with pytest.raises(PreparationError, match=r"the split made here is wrong: 1 picture ") as bad:
        prepare_folder(source, tmp_path / "out")
    assert str(bad.value).endswith("manifest.csv, or a folder for each video")
    drawing.save(source / kept)
    drawing.resize((90, 90)).save(source / held_out)
    with pytest.raises(PreparationError, match=r"1 picture has a nearly identical one.*") as bad:
        prepare_folder(source, tmp_path / "out")
    assert f"  {held_out} like {kept} in train and test\n" in str(bad.value)
    rows = [f"{name},{name[:4]},{'same' if name in (held_out, kept) else name}" for name in first]
    (source / "manifest.csv").write_text("path,label,group\n" + "\n".join(rows) + "\n")
    assert read_card(prepare_folder(source, tmp_path / "out")).duplicates.near_across_splits == 0
