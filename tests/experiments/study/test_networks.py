"""The table of a study's networks, of run folders that are written here by hand."""

from dataclasses import replace

import pytest

from experiments.study.networks import NetworkKey, dense_of, read_networks, ticket_beside
from experiments.study.plan import cell_name
from tests.experiments.written_study import small_study, write_study

TICKET = NetworkKey("meso4", "one", "one", "global", "ticket", 0.8)
MOVED = replace(TICKET, target="two")


@pytest.mark.parametrize(
    ("key", "ticket"),
    [
        (TICKET, None),
        (dense_of(TICKET), None),
        (replace(TICKET, kind="reinit"), TICKET),
        (replace(TICKET, method="one_shot"), TICKET),
        (MOVED, None),
        (replace(MOVED, kind="reinit"), MOVED),
        (replace(MOVED, kind="zero_shot"), None),
        (replace(MOVED, kind="zero_shot", method="dense", sparsity=0.0), None),
    ],
)
def test_a_rival_stands_beside_the_first_ticket_of_its_level_and_data(tmp_path, key, ticket):
    assert ticket_beside(small_study(tmp_path), key) == ticket


def test_networks_come_in_order_and_keep_the_columns_of_the_pictures_once(tmp_path):
    study = small_study(tmp_path)
    write_study(study)
    table = read_networks(study)
    at_one = [dense_of(TICKET), replace(TICKET, sparsity=0.5), TICKET,
              replace(TICKET, kind="random_global")]  # fmt: skip
    assert list(table)[:5] == [*at_one, MOVED]
    assert all(table[key].groups is table[at_one[0]].groups for key in at_one)
    assert table[MOVED].groups is table[dense_of(MOVED)].groups


def test_tickets_without_a_dense_network_are_left_out(tmp_path):
    study = small_study(tmp_path)
    write_study(study)
    for seed in study.seeds:
        (study.folder / cell_name("meso4", "one", seed, "dense") / "summary.json").unlink()
    assert {key.target for key in read_networks(study)} == {"two"}
