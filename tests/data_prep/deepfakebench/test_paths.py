import pytest

from data_prep.checks.complete import PreparationError
from data_prep.deepfakebench.paths import DATA_SETS, find_folder, from_data_set, parts_of


@pytest.mark.parametrize(
    "path",
    [
        "/home/a/DF40/simswap/ff",
        r"D:\a\DF40\simswap\ff",
        r".\a/DF40\\simswap//ff",
    ],
)
def test_either_slashes_and_any_beginning(path):
    assert from_data_set(parts_of(path), DATA_SETS) == ("DF40", "simswap", "ff")


def test_a_path_that_names_no_data_set():
    assert from_data_set(parts_of("/a/b"), DATA_SETS) == ("a", "b")


@pytest.fixture
def folders(tmp_path):
    for name in ("top/DF40/simswap/ff/000", "top/own/000"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "outside/000").mkdir(parents=True)
    (tmp_path / "top/UADFV").symlink_to(tmp_path / "outside")
    return (tmp_path / "top").resolve()


def test_the_name_in_the_source_or_the_source_itself(folders):
    parts = parts_of("/data/DF40/simswap/ff/000")
    assert find_folder(folders, parts, DATA_SETS) == "DF40/simswap/ff/000"
    assert find_folder(folders / "DF40", parts, DATA_SETS) == "simswap/ff/000"
    assert find_folder(folders, parts_of("own/000"), DATA_SETS) == "own/000"


@pytest.mark.parametrize(
    "path",
    [
        "/data/DF40/simswap/ff/001",
        "/data/DF40/blendface/ff/000",
        "simswap/ff/000",  # not by its end alone: another method's would be as good
        "UADFV/000",  # a link out
        f"DF40/{'a' * 300}",
        "DF40/\0",
        "/data/UADFV/000",
    ],
)
def test_what_is_not_there(folders, path):
    assert find_folder(folders, parts_of(path), DATA_SETS) is None


def test_nothing_is_looked_for_outside(folders):
    assert find_folder(folders, parts_of("../x/DF40/simswap/ff/000"), DATA_SETS)
    with pytest.raises(PreparationError, match=r"leads out by \.\."):
        find_folder(folders, parts_of("/data/DF40/../../outside/000"), DATA_SETS)
    with pytest.raises(PreparationError, match=r"leads out by \.\."):
        find_folder(folders, parts_of("../outside/000"), DATA_SETS)
