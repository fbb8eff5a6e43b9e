import os
import shutil
from dataclasses import replace

import pytest
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.folder import is_prepared, open_pictures, prepare_folder
from data_prep.prepared.card import read_card, write_card
from data_prep.source.layout import LayoutError
from data_prep.source.listing import list_pictures
from tests.data_prep.records_of import records


def test_a_changed_folder_is_another_set(fill, full_names, tmp_path):
    source = fill(*full_names)
    first = prepare_folder(source, tmp_path / "out")
    fill("Train/Real/new.png")
    second = prepare_folder(source, tmp_path / "out")
    assert first != second
    assert len(records(second, "train")) == 5
    assert not is_prepared(tmp_path / "out")  # two now


def test_an_empty_split_is_refused_also_where_the_set_was_prepared(fill, tmp_path):
    source = fill(*(f"Train/{label}/{n}.png" for label in ("Real", "Fake") for n in range(10)))
    version = prepare_folder(source, tmp_path / "out")
    assert len(records(version, "test")) == 2
    (source / "Test/Fake").mkdir(parents=True)
    (source / "Test/Real").mkdir()
    with pytest.raises(LayoutError, match="the split test is empty: Test holds no pictures"):
        prepare_folder(source, tmp_path / "out")


def test_a_clip_in_two_splits_is_a_warning_or_an_error(fill, tmp_path):
    source = fill(*(f"{split}/{label}/clip{clip}-{frame:03}-00.png"
                    for split, first in (("train", 0), ("val", 5), ("test", 7))
                    for label, clips in (("real", (1, 2)), ("fake", (3, 4)))
                    for clip in clips for frame in (first, first + 1)))  # fmt: skip
    version = prepare_folder(source, tmp_path / "out")
    card = read_card(version)
    assert card.crossing_clips == 4
    (warning,) = card.warnings
    assert warning.startswith("4 clips with 24 pictures, by the names before their numbers, ")
    # A card from before names were looked at says nothing of them: its records do.
    write_card(replace(card, crossing_clips=None), version)
    assert prepare_folder(source, tmp_path / "out") == version
    for out in ("out", "strict"):
        with pytest.raises(PreparationError, match=r"\(strict\), but .*4 clips stand by the names"):
            prepare_folder(source, tmp_path / out, strict=True)
    with pytest.raises(PreparationError, match=r"has some: .*; clips: clip1 in train and valid"):
        prepare_folder(source, tmp_path / "out", strict=True)
    assert not is_prepared(tmp_path / "strict")


def test_several_prepared_sets_are_named(fill, full_names, tmp_path):
    source = fill(*full_names)
    versions = [prepare_folder(source, tmp_path / "out")]
    fill("Train/Real/new.png")
    versions.append(prepare_folder(source, tmp_path / "out"))
    names = ", ".join(sorted(str(version.relative_to(tmp_path / "out")) for version in versions))
    with pytest.raises(FileNotFoundError) as caught:
        prepare_folder(tmp_path / "out", tmp_path / "other")
    assert str(caught.value) == (
        f"{tmp_path / 'out'} holds 2 prepared sets and no pictures: name one of them: {names}"
    )


def test_pictures_with_their_own_set_inside(fill, full_names):
    source = fill(*full_names)
    first = prepare_folder(source, source)
    assert not is_prepared(source)
    assert prepare_folder(source, source) == first
    fill("Train/Real/new.png")
    assert len(records(prepare_folder(source, source), "train")) == 5


def test_equal_content_has_an_equal_fingerprint(fill, full_names, tmp_path):
    source = fill(*full_names)
    wrapped = tmp_path / "elsewhere" / "Dataset"
    shutil.copytree(source, wrapped)
    for file in wrapped.rglob("*.png"):
        os.utime(file, (1, 1))
    first = prepare_folder(source, tmp_path / "out")
    second = prepare_folder(wrapped.parent, tmp_path / "out")
    assert first != second
    assert read_card(first).fingerprint == read_card(second).fingerprint
    for name in ("train", "validation", "test"):
        file = f"picture_folder-{name}.array_record-00000-of-00001"
        assert (first / file).read_bytes() == (second / file).read_bytes()
    picture = wrapped / "Train/Real/real_0.png"
    Image.open(picture).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(picture)
    third = prepare_folder(wrapped, tmp_path / "out")
    assert read_card(third).fingerprint != read_card(first).fingerprint


def test_a_set_whose_methods_were_taken_for_videos_is_not_found_again(fill, tmp_path):
    plain = open_pictures(fill("real/1.png", "Deepfakes/1.png", folder="plain"))
    assert plain.fingerprint == list_pictures(plain.root).fingerprint()
    methods = open_pictures(fill("real/1.png", "fake/Deepfakes/1.png", folder="methods"))
    assert methods.fingerprint != list_pictures(methods.root).fingerprint()
