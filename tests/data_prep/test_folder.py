import errno
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import tensorflow_datasets as tfds
from PIL import Image

from data_prep.checks.complete import PreparationError
from data_prep.folder import is_prepared, prepare_folder
from data_prep.folder.__main__ import main
from data_prep.folder.command import Config
from data_prep.prepared import write_once
from data_prep.prepared.card import read_card
from data_prep.source.arrange import LayoutError


def records(version, split):
    encoded = {"image": tfds.decode.SkipDecoding(), "mask": tfds.decode.SkipDecoding()}
    builder = tfds.builder_from_directory(version)
    return list(builder.as_data_source(split, decoders=encoded))


def by_key(version):
    return {
        record["key"].decode(): record
        for split in ("train", "validation", "test")
        for record in records(version, split)
    }


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


def test_found_again_without_reading_or_writing(fill, full_names, tmp_path, monkeypatch):
    source = fill(*full_names)
    version = prepare_folder(source, tmp_path / "out")
    monkeypatch.setattr("data_prep.folder.prepare.read_picture", None)
    monkeypatch.setattr("data_prep.running.preparation.write_once", None)
    assert prepare_folder(str(source), str(tmp_path / "out")) == version
    assert is_prepared(version)
    assert is_prepared(tmp_path / "out")
    assert not is_prepared(source)


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
    assert (record["group"], record["video"], record["frame"]) == (b"val1", b"fake/val1", 1)


def test_groups_across_the_users_splits_are_warned_of(fill, tmp_path):
    source = fill(
        *(f"{s}/{label}/v1/1.png" for s in ("train", "val", "test") for label in ("real", "fake"))
    )
    card = read_card(prepare_folder(source, tmp_path / "out"))
    assert card.warnings[0].startswith("1 groups with 6 pictures stand in more than one split")


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


def test_a_split_that_is_empty_after_skipping(fill, full_names, tmp_path):
    source = fill(*full_names)
    for file in (source / "Test").rglob("*.png"):
        file.write_bytes(b"")
    with pytest.raises(PreparationError, match=r"the split test of .* is empty.*empty file"):
        prepare_folder(source, tmp_path / "out")
    assert not is_prepared(tmp_path / "out")


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
        (["real/1.png", "real/2.png"], PreparationError, "holds no fake pictures"),
        (["real/1.png", "fake/1.png"], PreparationError, "the split validation of .* is empty"),
        (["a/1.png", "b/1.png"], ValueError, "no folder of a class"),
    ],
)
def test_folders_that_are_refused(fill, tmp_path, names, error, text):
    source = fill(*names)
    with pytest.raises(error, match=text):
        prepare_folder(source, tmp_path / "out")
    assert not (tmp_path / "out").exists()


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
    with pytest.raises(PreparationError, match="1 pictures have a nearly identical one"):
        prepare_folder(source, tmp_path / "out", strict=True)
    with pytest.raises(PreparationError, match=r"drawn\.jpg like Train/Real/drawn\.png"):
        prepare_folder(source, tmp_path / "other", strict=True)
    assert not is_prepared(tmp_path / "other")


def test_a_copy_divided_by_our_own_split_is_refused(fill, drawing, tmp_path):
    source = fill(*(f"{label}/{n}.png" for label in ("real", "fake") for n in range(10)))
    first = read_split(prepare_folder(source, tmp_path / "out"))
    held_out = next(name for name, split in first.items() if split == "test" and "real" in name)
    kept = next(name for name, split in first.items() if split == "train" and "real" in name)
    shutil.copy(source / kept, source / held_out)
    with pytest.raises(PreparationError, match=r"the split made here is wrong: 1 pictures"):
        prepare_folder(source, tmp_path / "out")
    drawing.save(source / kept)
    drawing.resize((90, 90)).save(source / held_out)
    with pytest.raises(PreparationError, match=r"1 pictures have a nearly identical one.*") as bad:
        prepare_folder(source, tmp_path / "out")
    assert f"  {held_out} like {kept} in train and test\n" in str(bad.value)
    rows = [f"{name},{name[:4]},{'same' if name in (held_out, kept) else name}" for name in first]
    (source / "manifest.csv").write_text("path,label,group\n" + "\n".join(rows) + "\n")
    assert read_card(prepare_folder(source, tmp_path / "out")).duplicates.near_across_splits == 0


def read_split(version):
    return {
        record["key"].decode(): split
        for split in ("train", "validation", "test")
        for record in records(version, split)
    }


def test_links_out_of_the_folder_are_left_out_and_counted(fill, full_names, tmp_path):
    source = fill(*full_names)
    outside = fill("secret.png", folder="outside")
    (source / "Train/Real/link.png").symlink_to(outside / "secret.png")
    version = prepare_folder(source, tmp_path / "out")
    assert "Train/Real/link.png" not in by_key(version)
    assert read_card(version).ignored == {"link out of the folder": 1}


def test_progress_and_silence(fill, full_names, tmp_path, capfd):
    calls = []
    prepare_folder(
        fill(*full_names), tmp_path / "out", on_progress=lambda *call: calls.append(call)
    )
    assert calls == [(done, 12) for done in range(1, 13)]
    assert capfd.readouterr() == ("", "")


def test_names_that_are_not_utf8(fill, full_names, tmp_path):
    odd = b"od\xffd".decode("utf-8", "surrogateescape")
    source = fill(*full_names, f"Train/Real/{odd}.png", folder=odd)
    version = prepare_folder(source, tmp_path / "out")
    assert "Train/Real/od\\xffd.png" in by_key(version)
    assert read_card(version).name == "od\\xffd"


def test_no_network(fill, full_names, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    version = prepare_folder(fill(*full_names), tmp_path / "out")
    assert len(by_key(version)) == 12


def test_no_tensorflow(fill, full_names, tmp_path):
    prepare_folder(fill(*full_names), tmp_path / "out")
    assert "tensorflow" not in sys.modules


def test_a_file_that_lacks_records_is_noticed(fill, full_names, tmp_path, monkeypatch):
    record_files = write_once.record_files
    monkeypatch.setattr(
        write_once,
        "record_files",
        lambda folder: [(file, number + 1) for file, number in record_files(folder)],
    )
    with pytest.raises(OSError, match=r"holds 4 records, not 5.*nothing was kept"):
        prepare_folder(fill(*full_names), tmp_path / "out")
    assert not is_prepared(tmp_path / "out")


SCRIPT = """
    import os, resource, signal, sys
    from data_prep.folder import prepare_folder
    source, out, how = sys.argv[1:]
    if how == "full":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
        prepare_folder(source, out)
    else:
        prepare_folder(source, out, on_progress=lambda done, total: done > 6 and os._exit(9))
"""


def run(source, out, how):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT), str(source), str(out), how],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def test_a_full_disk_leaves_nothing(fill, full_names, tmp_path):
    source = fill(*full_names)
    for number in range(30):
        shutil.copy(source / full_names[0], source / f"Train/Real/more_{number}.png")
    ended = run(source, tmp_path / "out", "full")
    assert ended.returncode == 1
    assert os.strerror(errno.EFBIG) in ended.stderr
    assert "nothing was kept" in ended.stderr
    assert not is_prepared(tmp_path / "out")
    assert len(by_key(prepare_folder(source, tmp_path / "out"))) == 42


def test_killed_in_the_middle_and_started_again(fill, full_names, tmp_path):
    source = fill(*full_names)
    assert run(source, tmp_path / "out", "kill").returncode == 9
    leftovers = list((tmp_path / "out/picture_folder").glob(".partial-*"))
    assert len(leftovers) == 1
    assert not is_prepared(tmp_path / "out")
    version = prepare_folder(source, tmp_path / "out")
    assert len(by_key(version)) == 12
    assert not leftovers[0].exists()


def test_the_command_prints_the_card(fill, full_names, tmp_path, capsys):
    source = fill(*full_names)
    assert main(Config(source, tmp_path / "out")) == 0
    printed = capsys.readouterr().out
    assert "Data card of pictures" in printed
    version = printed.split("prepared set: ")[1].strip()
    assert json.loads((tmp_path / version / "data_card.json").read_text())["name"] == "pictures"


def test_the_command_is_strict_if_asked(fill, full_names, tmp_path, capsys):
    source = fill(*full_names)
    shutil.copy(source / "Train/Real/real_0.png", source / "Test/Real/copy.png")
    assert main(Config(source, tmp_path / "out", strict=True)) == 1
    assert "no leaks are allowed (strict), but 1 pictures stand" in capsys.readouterr().err
    assert main(Config(source, tmp_path / "out")) == 0


def test_the_command_says_what_is_wrong(tmp_path, capsys):
    assert main(Config(tmp_path / "nowhere", tmp_path / "out")) == 1
    assert capsys.readouterr().err.startswith("error: there is no folder")
