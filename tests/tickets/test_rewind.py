import numpy as np
import pytest

from jaxticket.tickets import Refused, RewindPoint, load_rewind, load_ticket, save_rewind
from tests.tickets.small import MASKS, PARAMS, STATS, manifest, taken_apart, ticket, write
from tests.tickets.test_hostile import stored, with_manifest

KERNEL = "layer1.0.conv1/kernel"
MOMENTS = {f"0/mu/{name}": leaf * 2 for name, leaf in PARAMS.items()}
POINT = RewindPoint(PARAMS, STATS, MOMENTS | {"0/count": np.array(7, np.int32)}, 100)


@pytest.fixture
def path(tmp_path):
    save_rewind(tmp_path / "a", ticket(), POINT)
    return tmp_path / "a"


def test_a_rewind_point_comes_back_bitwise_where_the_ticket_lives(path):
    found = load_rewind(path, ticket())
    assert found.step == 100
    for mine, theirs in (found.params, PARAMS), (found.optimizer, POINT.optimizer):
        assert mine.keys() == theirs.keys()
        for name, leaf in theirs.items():
            mask = MASKS.get(name.removeprefix("0/mu/"), np.array(True))
            want = np.where(mask, leaf, leaf.dtype.type(0))
            assert (mine[name].tobytes(), mine[name].dtype) == (want.tobytes(), leaf.dtype), name
    assert found.batch_stats.keys() == STATS.keys()


def test_what_is_pruned_is_not_in_it(path):
    header, _ = taken_apart(path)
    assert header[f"values/{KERNEL}"]["shape"] == header[f"optimizer/0/mu/{KERNEL}"]["shape"] == [3]
    assert f"params/{KERNEL}" not in header


def test_the_same_rewind_point_is_the_same_bytes(path, tmp_path):
    save_rewind(tmp_path / "b", ticket(), load_rewind(path, ticket()))
    assert (tmp_path / "b").read_bytes() == path.read_bytes()


def test_it_is_told_from_a_ticket(path, tmp_path):
    with pytest.raises(Refused, match="it is a rewind file, which goes with a ticket"):
        load_ticket(path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: p.write_bytes(p.read_bytes()[:-1]), "its arrays have"),
        (lambda p: stored(p, **{f"values/{KERNEL}": np.ones(3, "f4")}), "SHA-256 of its arrays"),
        (lambda p: with_manifest(p, lambda m: m["hashes"].update(manifest="")), "of its manifest"),
        (lambda p: write(p, {"__metadata__": {"jaxticket": '{"schema": 2}'}}), "no rewind point"),
        (
            lambda p: write(p, {"__metadata__": {"jaxticket": '{"kind": "rewind", "schema": 9}'}}),
            "of schema 9, and this version reads schema 1",
        ),
    ],
)
def test_what_is_no_rewind_point(path, change, said):
    change(path)
    with pytest.raises(Refused, match=said):
        load_rewind(path, ticket())


def test_moments_are_of_the_longest_path(tmp_path):
    params = {"a/kernel": np.ones(2, "f4"), "b/a/kernel": np.array([1, 0, 1], "f4")}
    masks = {path: leaf != 0 for path, leaf in params.items()}
    one = type(ticket())(params, {}, masks, manifest())
    moments = {f"0/mu/{path}": leaf for path, leaf in params.items()}
    save_rewind(tmp_path / "a", one, RewindPoint(params, {}, moments, 1))
    found = load_rewind(tmp_path / "a", one).optimizer
    assert {path: leaf.tolist() for path, leaf in found.items()} == {
        "0/mu/a/kernel": [1, 1], "0/mu/b/a/kernel": [1, 0, 1]
    }  # fmt: skip


def test_a_hash_that_is_not_known_is_no_matter(path):
    with_manifest(path, lambda said: said["hashes"].update(more=""))
    assert load_rewind(path, ticket()).step == 100


def test_another_tickets_rewind_point_is_refused(path):
    one = ticket()
    other = type(one)(PARAMS, STATS, MASKS | {KERNEL: np.ones((2, 2), bool)}, manifest())
    with pytest.raises(Refused, match="it is of other masks: of level 3 of a resnet18"):
        load_rewind(path, other)
    fewer = type(one)({k: v for k, v in PARAMS.items() if k != "fc/bias"}, STATS, MASKS, manifest())
    with pytest.raises(Refused, match="its arrays are not those of the ticket"):
        load_rewind(path, fewer)
