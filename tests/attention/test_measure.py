"""Two pictures whose maps are known: every figure by hand; and what is drawn of them."""

from dataclasses import dataclass, replace

import jax
import numpy as np
import pytest

from jaxticket.attention import measure as measure_module
from jaxticket.attention.figures import figures
from jaxticket.attention.measure import (
    CENTRE,
    FLAT,
    RANDOM,
    Explainer,
    Network,
    Question,
    measure,
    others,
)
from jaxticket.attention.table import Measured, Name, from_rows
from jaxticket.attention.values import moved, over_area, threshold_of
from jaxticket.weights import dense
from tests.tiny import SIDE, TinyDetector, TinyExamples, tiny_examples


@dataclass(frozen=True, eq=False)
class Masked(TinyExamples):
    """Pictures whose fakes are forged in their upper half."""

    def masks(self, indices):
        masks = np.zeros((len(indices), SIDE, SIDE), np.bool_)
        masks[self.labels[indices] > 0, : SIDE // 2] = True
        return masks

    @property
    def has_masks(self):
        return self.labels > 0


def masked(count, seed):
    given = tiny_examples(count, seed)
    return Masked(given.labels, given.keys, given.pictures)


def network(name, seed, form=None):
    form = form or TinyDetector()
    return Network(name, form, dense(*form.init(jax.random.key(seed), SIDE)))


DENSE, TICKET = Name("ticket", 0, 0.0), Name("ticket", 3, 0.5)


@pytest.fixture
def known(monkeypatch):
    """Maps 2 x 2 by network and picture; of fakes in turns with reals."""

    def maps(self, network, examples, directions):
        found = np.zeros((len(examples), 2, 2), np.float32)
        if network.name == DENSE:
            found[:] = [[3, 1], [0, 0]]
        else:
            found[:] = [[1, 0], [3, 0]]
            found[examples.labels == 0] = 0
        return found

    monkeypatch.setattr(Explainer, "maps", maps)


def test_two_pictures_by_hand(known):
    examples = masked(2, 5)  # one real, one fake
    networks = [network(DENSE, 1), network(TICKET, 2)]
    regions = {"top": np.zeros((2, SIDE, SIDE), np.bool_)}
    regions["top"][:, : SIDE // 2] = True
    asked = Question("grad_cam", None, 1, top=0.25, faithfulness=False)
    found = measure(Explainer(asked), networks, examples, masked(2, 6), regions)
    ticket, dense = found.values[TICKET], found.values[DENSE]
    assert dense["empty"].tolist() == [0, 0]
    assert ticket["empty"].tolist() == [1, 0]
    # 8 x 8, bilinear: along an axis (1, 0) becomes 1, 1, 7/8, 5/8, 3/8, 1/8, 0, 0.
    weight = np.array([1, 1, 7 / 8, 5 / 8, 3 / 8, 1 / 8, 0, 0])
    upper = weight[:4].sum() / weight.sum()
    assert dense["energy_inside"] == pytest.approx([np.nan, upper], nan_ok=True)
    assert dense["region_top"] == pytest.approx([2 * upper] * 2)
    assert dense["pointing_game"].tolist()[1] == 1
    down = weight * 1 + weight[::-1] * 3
    assert ticket["energy_inside"][1] == pytest.approx(down[:4].sum() / down.sum())
    assert ticket["pointing_game"][1] == 0
    # Agreement at 2 x 2: [[3, 1], [0, 0]] / 4 beside [[1, 0], [3, 0]] / 4.
    assert ticket["distance"] == pytest.approx([10**0.5, (4 + 1 + 9) ** 0.5])
    assert ticket["distance_of_unit_mass"][1] == pytest.approx(14**0.5 / 4)
    assert ticket["top_k_overlap"].tolist()[1] == 0
    assert np.isnan(ticket["rank_correlation"][0])
    # Ranks 4, 3, 1.5, 1.5 beside 3, 1.5, 4, 1.5, less their mean 2.5 each.
    assert ticket["rank_correlation"][1] == pytest.approx(-0.25 / 4.5)
    assert "rank_correlation" not in dense
    flat = found.values[Name(FLAT, None, 0.0)]
    assert flat["energy_inside"] == pytest.approx([np.nan, 0.5], nan_ok=True)
    centre = found.values[Name(CENTRE, None, 0.0)]
    assert centre["energy_inside"][1] == pytest.approx(0.5)
    assert "distance" not in found.values[Name(RANDOM, None, 0.0)]


def test_what_comes_back_from_rows_is_what_went_in(known):
    networks = [network(DENSE, 1), network(TICKET, 2)]
    asked = Question("grad_cam", None, 1, faithfulness=False)
    found = measure(Explainer(asked), networks, masked(4, 5), masked(2, 6), {})
    quantities = found.quantities()
    rows = [{**dict.fromkeys(quantities, ""), **{k: str(v) for k, v in row.items()}}
            for row in found.rows()]  # fmt: skip
    again = from_rows(rows)
    assert list(again.values) == list(found.values)
    for name, of in found.values.items():
        for quantity, values in of.items():
            if np.isfinite(values).any():
                assert again.values[name][quantity] == pytest.approx(values, rel=1e-6, nan_ok=True)
    rows[0]["key"] = "another"
    with pytest.raises(ValueError, match="different pictures"):
        from_rows(rows)


def measured(values):
    """Two fakes of two methods and a real picture, in two groups."""
    return Measured(
        np.array(["a", "b", "c"]), np.array(["g", "g", "h"]), np.array(["Swap", "Blend", "real"]),
        np.array([1, 1, 0]), values,
    )  # fmt: skip


def test_figures_by_hand():
    nan = np.nan
    centre = {"energy_inside": np.array([0.5, 0.5, nan])}
    runs = [
        measured(values={
            DENSE: {"energy_inside": np.array([0.4, 0.8, nan]), "empty": np.zeros(3)},
            TICKET: {"energy_inside": np.array([ticket, nan, nan]), "empty": np.array([0, 1, 0.0]),
                     "deletion": np.array([0.2, nan, nan]), "deletion_random": np.full(3, 0.5),
                     "deletion_other": np.full(3, 0.3),
                     "region_eyes": np.array([2.0, nan, 4.0])},
            Name(CENTRE, None, 0.0): centre,
        })
        for ticket in (0.3, 0.5)
    ]  # fmt: skip
    rows = figures(runs, synthetic=True)

    def value(**of):
        (row,) = (row for row in rows if all(row[key] == one for key, one in of.items()))
        return row["value"], row["n"], row["seeds"]

    ticket = {"of": "ticket", "level": 3}
    inside = {"quantity": "energy_inside"}
    whole = {"by": "all", "against": ""}
    assert value(**ticket, **inside, **whole) == (pytest.approx(0.4), 1, 2)
    assert value(of="ticket", level=0, **inside, **whole) == (pytest.approx(0.6), 2, 2)
    assert value(of="ticket", level=0, **inside, by="method", name="Blend")[0] == 0.8
    # Paired: the ticket is known of the first picture alone, where the dense network has 0.4.
    assert value(**ticket, **inside, against="dense") == (pytest.approx(0.0), 1, 2)
    assert value(**ticket, **inside, against=CENTRE) == (pytest.approx(-0.1), 1, 2)
    assert value(**ticket, quantity="deletion", against="random order")[0] == pytest.approx(-0.3)
    assert value(**ticket, quantity="empty", **whole)[:2] == (pytest.approx(1 / 3), 3)
    assert value(**ticket, quantity="over_area", name="eyes") == (pytest.approx(3.0), 2, 2)
    other = value(**ticket, quantity="deletion", against="another picture's map")
    assert other[0] == pytest.approx(-0.1)
    assert not [row for row in rows if row["quantity"] in ("deletion_random", "deletion_other")]
    assert all(row["synthetic"] is True for row in rows)
    other = replace(runs[0], keys=np.array(["x", "b", "c"]))
    with pytest.raises(ValueError, match="different pictures"):
        figures([runs[0], other], synthetic=True)


def test_a_ticket_is_held_against_its_controls_by_hand():
    seed, random, deeper = (
        Name("another seed, dense", 0, 0.0), Name("random mask", 3, 0.8),
        Name("random mask", 5, 0.9),
    )  # fmt: skip
    runs = [
        measured(values={
            DENSE: {"energy_inside": np.full(3, 0.5)},
            TICKET: {"rank_correlation": np.array([ticket, 0.5, 0.5]),
                     "energy_inside": np.array([0.7, 0.6, 0.5])},
            seed: {"rank_correlation": np.array([-0.9, -0.9, -0.9]),
                   "energy_inside": np.full(3, 0.1)},
            random: {"rank_correlation": np.array([0.1, 0.2, np.nan]),
                     "energy_inside": np.full(3, 0.4)},
            deeper: {"rank_correlation": np.array([0.0, 0.0, 0.0])},
        })
        for ticket in (0.3, 0.5)
    ]  # fmt: skip
    found = {
        (row["quantity"], row["of"], row["against"]): (row["value"], row["n"])
        for row in figures(runs, synthetic=False)
        if row["by"] == "all" and row["against"] not in ("", "dense")
    }
    assert found == {
        ("rank_correlation", "ticket", "random mask"): (pytest.approx((0.25 + 0.35) / 2), 2),
        ("rank_correlation", "ticket", "another seed, dense"): (
            pytest.approx((4.0 + 4.2) / 3 / 2), 3
        ),
        ("energy_inside", "ticket", "random mask"): (pytest.approx(0.2), 3),
    }  # fmt: skip
    high = [row["high"] for row in figures(runs, synthetic=False)
            if row["against"] == "another seed, dense"]  # fmt: skip
    assert max(high) > 1  # correlations can be two apart


def test_another_seed_is_there_for_its_agreement_and_two_runs_are_one_pair():
    seed = Name("another seed, dense", 0, 0.0)
    runs = [
        measured(values={
            DENSE: {"energy_inside": np.full(3, inside), "empty": np.zeros(3)},
            seed: {"rank_correlation": np.array([0.2, 0.4, 0.9]), "empty": np.zeros(3),
                   "energy_inside": np.full(3, 1 - inside), "region_eyes": np.ones(3)},
        })
        for inside in (0.3, 0.7)
    ]  # fmt: skip
    mine = [row for row in figures(runs, synthetic=False) if row["of"] == seed.kind]
    assert {row["quantity"] for row in mine} == {"rank_correlation"}
    (whole,) = (row for row in mine if row["by"] == "all")
    assert (whole["value"], whole["seeds"]) == (pytest.approx(0.5), 1)
    three = figures([*runs, runs[0]], synthetic=False)
    assert {row["seeds"] for row in three if row["of"] == seed.kind} == {3}


def test_faithfulness_is_of_the_explained_class_and_not_of_empty_maps(monkeypatch):
    monkeypatch.setattr(measure_module, "FAITHFUL", 2)
    networks = [network(DENSE, 1)]
    for explain, labels in ((1, {1}), (-1, {0}), ("predicted", {0, 1})):
        asked = Question("grad_cam", None, explain)
        examples = masked(12, 5)
        found = measure(Explainer(asked), networks, examples, masked(2, 6), {}).values[DENSE]
        known = np.isfinite(found["deletion_random"])
        able = np.isin(examples.labels, list(labels))
        assert not (known & ~able).any()
        assert 1 <= known.sum() <= 2
        assert ((found["deletion"][known] >= 0) & (found["deletion"][known] <= 1)).all()
        assert not (known & (found["empty"] > 0)).any()


def test_a_map_alone_is_not_compared_with_itself(monkeypatch):
    monkeypatch.setattr(measure_module, "FAITHFUL", 1)
    explainer = Explainer(Question("grad_cam", None, "predicted"))
    measured = measure(explainer, [network(DENSE, 1)], masked(12, 5), masked(2, 6), {})
    assert np.isfinite(measured.values[DENSE]["deletion"]).sum() == 1
    assert np.isnan(measured.values[DENSE]["deletion_other"]).all()
    rows = figures([measured], synthetic=False)
    assert not [row for row in rows if row["against"] == "another picture's map"]


def test_the_random_order_is_of_the_grain_of_the_maps(known, monkeypatch):
    asked = Question("grad_cam", None, 1)
    seen = []

    def areas(self, network, examples, turns, directions):
        seen.append(turns)
        return np.zeros(len(turns)), np.zeros(len(turns))

    monkeypatch.setattr(Explainer, "areas", areas)
    measure(Explainer(asked), [network(DENSE, 1)], masked(12, 5), masked(2, 6), {})
    by_map, by_chance, by_another = seen
    assert by_another.shape == by_map.shape
    assert by_chance.shape == by_map.shape
    # Maps of 2 x 2: each corner's 2 x 2 pixels have one value, so the first four lie in one corner.
    for turns in by_chance:
        down, right = np.nonzero(turns < 4)
        assert set(down) in ({0, 1}, {SIDE - 2, SIDE - 1})
        assert set(right) in ({0, 1}, {SIDE - 2, SIDE - 1})


def test_predicted_explains_what_the_dense_network_says():
    examples = masked(10, 5)
    dense = network(DENSE, 1)
    explainer = Explainer(Question("grad_cam", None, "predicted"))
    logits = explainer.logits(dense, examples)[:, 0]
    assert explainer.directions(dense, examples).tolist() == [1 if z > 0 else -1 for z in logits]
    form = TinyDetector(num_logits=3)
    of_three = network(DENSE, 1, form)
    logits = explainer.logits(of_three, examples)
    assert explainer.directions(of_three, examples).tolist() == logits.argmax(1).tolist()


@pytest.mark.parametrize(
    ("empty", "expected"),
    [
        ([0, 0, 0, 0], [2, 3, 0, 1]),
        ([0, 1, 0, 0], [3, 1, 0, 2]),
        ([1, 0, 1], [0, 1, 2]),
        ([], []),
    ],
)
def test_the_map_of_another_picture(empty, expected):
    assert others(np.array(empty, bool)).tolist() == expected


def test_small_pieces():
    one, none = np.eye(2)[None], np.zeros((1, 2, 2))
    assert moved(none, none).tolist() == [0]
    assert moved(one, none).tolist() == [1]
    assert moved(one, one).tolist() == [0]
    assert threshold_of(none, np.ones((1, 2, 2), np.bool_)) is None
    assert threshold_of(np.zeros((0, 1, 1)), np.zeros((0, 2, 2), np.bool_)) is None
    tiny = np.zeros((1, 20, 20), np.bool_)
    tiny[0, 0, 0] = True  # 0.25% of the picture
    assert np.isnan(over_area(np.ones((1, 2, 2)), {"eyes": tiny}, 20)["region_eyes"]).all()
    assert over_area(np.ones((1, 2, 2)), {"face": ~tiny}, 20)["region_face"] == pytest.approx([1.0])
