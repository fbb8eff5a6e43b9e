import pytest

from experiments.study.findings import Finding
from experiments.study.pages.beside_paper import beside_paper, parameters
from jaxticket.statistics import Estimate


def finding(source, target, method, kind, sparsity, accuracy, left):
    found = Estimate(accuracy, accuracy - 0.02, accuracy + 0.02, 3, 20, 10, 0.1, 0.1, 4.0, 0.95)
    return Finding("cnn5", source, target, method, kind, sparsity, (9, 9), (0, 1, 2),
                   dict.fromkeys(("accuracy", "auc"), found), parameters_left=left)  # fmt: skip


FINDINGS = [
    finding("one", "one", "dense", "ticket", 0.0, 0.9, (1000, 1000)),
    finding("two", "two", "dense", "ticket", 0.0, 0.95, (1000, 1000)),
    finding("one", "one", "global", "ticket", 0.6, 0.8, (405, 405)),
    finding("one", "one", "global", "ticket", 0.8, 0.7, (205, 206)),
    finding("one", "one", "one_shot", "ticket", 0.6, 0.6, (404, 404)),
    finding("one", "two", "dense", "zero_shot", 0.0, 0.55, (1000, 1000)),
    finding("one", "two", "global", "zero_shot", 0.8, 0.5, (205, 206)),
    finding("one", "two", "global", "ticket", 0.8, 0.65, (205, 206)),
    finding("one", "two", "global", "reinit", 0.8, 0.1, (205, 206)),
]


@pytest.fixture(scope="module")
def rows():
    return [[cell.strip() for cell in line.strip("|").split("|")]
            for line in beside_paper(FINDINGS) if line.startswith("| ours")]  # fmt: skip


def test_ours_at_home_with_parameters_and_one_shot_at_60_percent(rows):
    assert rows[0] == [
        "ours", "cnn5", "one", "1,000; 405 (40.5%); 205 to 206 (20.5%)", "90.0 [88.0, 92.0]",
        "80.0 [78.0, 82.0]", "70.0 [68.0, 72.0]", "60.0 [58.0, 62.0]", "-",
    ]  # fmt: skip


def test_ours_moved_stand_below_their_table_of_transfer(rows):
    moved = [row for row in rows if row[2:4] == ["one", "two"]]
    left = "1,000; -; 205 to 206 (20.5%)"
    assert moved == [
        ["ours", "cnn5", "one", "two", "as it is (zero_shot)", left,
         "55.0 [53.0, 57.0]", "-", "50.0 [48.0, 52.0]", "-", "-"],
        ["ours", "cnn5", "one", "two", "mask trained there (ticket); dense: the target's own", left,
         "95.0 [93.0, 97.0]", "-", "65.0 [63.0, 67.0]", "-", "-"],
    ]  # fmt: skip


def test_unknown_parameters_are_no_number():
    bare = [finding("one", "one", "global", "ticket", 0.8, 0.7, None)]
    assert parameters(bare) == "-; -; -"
