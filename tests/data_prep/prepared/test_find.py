import pytest

from data_prep.prepared.find import is_prepared, version_folders


def test_a_version_folder_and_its_parents_are_prepared(tmp_path, make_version):
    version = make_version(tmp_path / "out/set/config/1.0.0")
    for path in (version, version.parent, tmp_path / "out/set", str(tmp_path / "out")):
        assert is_prepared(path)
    assert not is_prepared(tmp_path)  # one folder too far up
    assert version_folders(tmp_path / "out") == [version]


def test_two_versions_are_not_one(tmp_path, make_version):
    make_version(tmp_path / "set/a/1.0.0")
    make_version(tmp_path / "set/b/1.0.0")
    assert not is_prepared(tmp_path)
    assert is_prepared(tmp_path / "set/a")


def test_incomplete_hidden_and_missing_folders_are_not_prepared(tmp_path, make_version):
    make_version(tmp_path / "set/a/incomplete.XYZ_1.0.0")
    make_version(tmp_path / ".partial-a-1/set/1.0.0")
    assert not is_prepared(tmp_path)
    assert not is_prepared(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "beside", ["Train/Real", "real", "Dataset/train/real", "archive/Dataset/Fake"]
)
def test_pictures_that_hold_their_own_set_are_not_prepared(tmp_path, make_version, beside):
    version = make_version(tmp_path / "picture_folder/a/1.0.0")
    (tmp_path / "README.md").write_text("x")
    assert is_prepared(tmp_path)
    (tmp_path / beside).mkdir(parents=True)
    assert not is_prepared(tmp_path)
    assert is_prepared(tmp_path / "picture_folder")
    assert is_prepared(version)


def test_a_manifest_beside_a_set_means_the_pictures(tmp_path, make_version):
    make_version(tmp_path / "out/picture_folder/a/1.0.0")
    (tmp_path / "out/manifest.csv").write_text("path,label\n")
    assert not is_prepared(tmp_path / "out")


def test_other_folders_beside_a_set_do_no_harm(tmp_path, make_version):
    make_version(tmp_path / "fake/a/1.0.0")
    for name in ("downloads/extracted", "downloads/manual", "empty", ".real"):
        (tmp_path / name).mkdir(parents=True)
    assert is_prepared(tmp_path)
