from data_prep.checks.pairs import NOTE_OF_PAIRS
from data_prep.source.arrange import arrange


def groups(*folders, wrap="{}/{}.png"):
    paths = [wrap.format(folder, frame) for folder in folders for frame in range(2)]
    layout = arrange(
        [*paths, *(f"{label}/other{n}/1.png" for label in ("real", "fake") for n in range(9))]
    )
    return {entry.key.rpartition("/")[0]: entry.group for entry in layout.entries}, layout.notes


def test_both_originals_and_both_forgeries_are_one_group():
    originals = ("real/000", "real/003", "real/004")
    read, notes = groups(*originals, "fake/DF/000_003", "fake/NT/003_000")
    pair = {read[name] for name in ("real/000", "real/003", "fake/DF/000_003", "fake/NT/003_000")}
    assert pair == {"000_003"}
    assert read["real/004"] == "004"
    assert NOTE_OF_PAIRS in notes


def test_forgeries_that_all_hang_together_go_with_their_target():
    read, _ = groups("real/000", "real/001", "fake/000_001", "fake/001_002", "fake/002_000")
    assert (read["real/000"], read["fake/000_001"]) == ("000", "000")
    assert (read["real/001"], read["fake/001_002"]) == ("001", "001")
    assert read["fake/002_000"] == "002_000"  # its target is not there


def test_celebrities():
    read, _ = groups("real/id0_0000", "real/id0_0001", "fake/id0_id1_0000")
    assert read["fake/id0_id1_0000"] == read["real/id0_0000"] == "id0_0000"
    assert read["real/id0_0001"] == "id0_0001"


def test_other_names_stay():
    read, notes = groups("real/a", "fake/001_002", "fake/a")
    assert (read["fake/001_002"], read["fake/a"]) == ("001_002", "a")
    assert NOTE_OF_PAIRS not in notes


def test_given_splits_too():
    names = ("train/real/000", "test/fake/000_003", "test/real/003", "train/fake/1", "val/real/2")
    layout = arrange([f"{name}/1.png" for name in names])
    assert [entry.group for entry in layout.entries if "00" in entry.key] == ["000_003"] * 3
