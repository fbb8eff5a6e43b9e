from data_prep.faceforensics.pairs import split_pairs
from data_prep.faceforensics.splits import Member


def test_a_pair_is_one_group():
    originals = [f"{n:03d}" for n in range(40)]
    forgeries = [f"{n:03d}_{n + 1 - 2 * (n % 2):03d}" for n in range(40)]
    splits = split_pairs(originals, forgeries)
    assert splits.made
    assert splits.files == ()
    assert splits.originals["003"] == Member(splits.forgeries["002_003"].split, "002_003", "003")
    assert splits.forgeries["003_002"] == splits.originals["003"]
    groups = {}
    for member in (*splits.originals.values(), *splits.forgeries.values()):
        groups.setdefault(member.group, set()).add(member.split)
    assert len(groups) == 20
    assert sorted(map(tuple, groups.values())) == [
        *[("test",)] * 2, *[("train",)] * 16, *[("validation",)] * 2,
    ]  # fmt: skip


def test_all_that_forgeries_join_is_one_group():
    splits = split_pairs(["000", "001", "002", "007"], ["000_001", "002_001", "008_009"])
    assert {name: member.group for name, member in splits.originals.items()} == {
        "000": "000_001", "001": "000_001", "002": "000_001", "007": "007", "008": "008_009",
        "009": "008_009",
    }  # fmt: skip
    assert splits.forgeries["002_001"].target == "002"
    assert splits.forgeries["008_009"].group == "008_009"


def test_other_names_are_left_out():
    splits = split_pairs(["01__walking", "000"], ["01_02__walking__ABCD1234", "a_b", "000"])
    assert list(splits.originals) == ["000"]
    assert splits.forgeries == {}
