"""What the sections say of runs and studies that are written by hand."""

import html
import json
import math
import xml.etree.ElementTree as ET

import pytest

from experiments.one_run.page import run_part
from jaxticket.attention.figures import FAITHFULNESS
from jaxticket.attention.maps import AGREEMENT
from jaxticket.attention.values import LOCALISATION
from jaxticket.report.marks import MARKS, by_place
from jaxticket.report.page import read_study
from jaxticket.report.page.attention import attention_section
from jaxticket.report.page.blocks import Drawing, Panels, Table, Text
from jaxticket.report.page.cells import MISSING, Ends, Link, show
from jaxticket.report.page.evaluations import evaluations_section
from jaxticket.report.page.heatmap import short, strength
from jaxticket.report.page.layers import counts_of, layers_section
from jaxticket.report.page.levels import levels_section
from jaxticket.report.page.methods import confusion_of, methods_section, recalls_of
from jaxticket.report.page.reading import write_results
from jaxticket.report.page.setup import run_sentence, setup_section, study_sentence, time_section
from jaxticket.report.page.study import (
    cells_section,
    study_section,
    tables_section,
    transfer_section,
)
from jaxticket.report.page.training import binned, evenly, training_section
from jaxticket.report.page.verdicts import summary, verdict_section
from jaxticket.report.page.write import page, sections_of
from jaxticket.runs import Damaged, files, read_run
from jaxticket.text import METRIC_NAMES
from jaxticket.verdicts.wording import AS_GOOD, INCONCLUSIVE, UNJUDGED, WORSE
from tests.report.page.written import (
    estimate,
    finding,
    verdict,
    write_evaluation,
    write_run,
    write_saliency,
    write_study,
)


@pytest.fixture
def part(tmp_path):
    return run_part(write_run(tmp_path / "one"), "one")


def of(kind, section):
    return [block for block in section.blocks if isinstance(block, kind)]


def test_the_weights_that_each_round_took(part):
    counts = counts_of(part.run)
    assert counts.taken() == [[10, 5], [40, 20]]
    assert counts.sparsities() == pytest.approx([0, 0.5, 0.75])
    table = of(Table, layers_section([part], []))[0]
    assert [tuple(row) for row in table.rows] == [
        ("conv1", 40, 10, 5, 15),
        ("fc1", 60, 40, 20, 60),
    ]
    drawing = of(Drawing, layers_section([part], []))[0]
    assert drawing.svg.count("left</title>") == 6
    assert drawing.svg.count('class="dead"') == 1
    assert drawing.note.startswith("1 seed. Share of weights left")
    assert "Layers without any weight left: 1" in drawing.note


def test_levels_of_other_layers_are_refused(part):
    file = part.run.path / "level_01" / "layers.csv"
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(Damaged, match=r"other layers than level 0.*trains them again"):
        counts_of(part.run)


def test_one_shot_levels_are_taken_from_the_dense_network(tmp_path):
    run = read_run(write_run(tmp_path / "one", pruning="one_shot"))
    assert counts_of(run).taken() == [[10, 15], [40, 60]]


def test_the_strength_of_a_colour():
    assert strength(0, 0.01) == 0
    assert strength(1, 0.01) == 1
    assert strength(0.01, 0.01) == pytest.approx(0.08)
    assert strength(0.1, 0.01) == pytest.approx(0.54)
    assert short("layer1/conv1/kernel") == "layer1/conv1"
    assert short("a" * 30 + "/kernel") == "…" + "a" * 21


def test_recall_and_confusion_are_those_of_the_predictions(part):
    recalls = recalls_of(part)
    assert [{name: one.value for name, one in level.items()} for level in recalls] == [
        {"real": 1, "Blend": 1, "Swap": 1},
        {"real": pytest.approx(2 / 3), "Blend": 1, "Swap": 1},
        {"real": 0, "Blend": 0, "Swap": 1},
    ]
    assert recalls[1]["real"].low < 2 / 3 < recalls[1]["real"].high
    assert confusion_of(part, 0) == (("real", "fake"), [[3, 0], [0, 3]])
    assert confusion_of(part, 1)[1] == [[2, 1], [0, 3]]
    assert confusion_of(part, 2)[1] == [[0, 3], [1, 2]]
    section = methods_section([part])
    assert [plot.title for plot in of(Panels, section)[0].plots] == [
        "real, n = 3", "Blend, n = 1", "Swap, n = 2",
    ]  # fmt: skip


def test_one_run_has_a_row_a_level_and_several_a_column_a_run(part, tmp_path):
    table = of(Table, levels_section([part]))[0]
    assert [row[:4] for row in table.rows] == [(0, 0, 0.1, 100), (1, 0.5, 0.1, 50),
                                               (2, 0.75, 0.1, 25)]  # fmt: skip
    other = run_part(write_run(tmp_path / "two", levels=(0, 1)), "two")
    section = levels_section([part, other])
    assert [curve.name for curve in of(Panels, section)[0].plots[0].curves] == ["one", "two"]
    accuracy = next(t for t in of(Table, section) if t.name == "accuracy_by_run")
    assert accuracy.heads == ("sparsity", "one", "two")
    assert accuracy.rows[1][1:] == (Ends(5 / 6, 0.5, 1.0), Ends(5 / 6, 0.5, 1.0))
    assert accuracy.rows[2][2] is None


def test_a_plot_says_which_pictures_it_is_of(part):
    note = of(Panels, levels_section([part]))[0].note
    assert "6 groups, the whole test split: 3 real, 3 fake: 1 Blend, 2 Swap; one seed" in note


def test_a_run_without_a_sign_of_failure_names_all_that_was_looked_for(part):
    assert not any(level.signs for level in part.run.levels)
    (text,) = of(Text, levels_section([part]))
    assert "does not converge or prunes nothing, no dead layer" in text.text


def test_the_verdict_of_one_run_leaves_the_full_claim_to_the_headline(part):
    texts = " ".join(block.text for block in of(Text, verdict_section([part], [])))
    assert "stands at the top of the page" in texts
    assert "In this training" in texts
    rules = {rule for one in part.judged for rule in one.rules}
    assert rules == {"paper", "within_0.2", "non_inferior"}
    table = next(t for t in of(Table, verdict_section([part], [])) if t.name == "rules")
    assert [row[0] for row in table.rows] == [
        "at least dense (a' ≥ a)", "within 0.2 points", "as good as dense",
    ]  # fmt: skip


def judged(part, *words):
    """The levels of a part, with these answers."""
    auc = [one for one in part.judged if one.metric == "auc"]
    for one, answer in zip(auc, words, strict=True):
        one.rules["non_inferior"]["words"] = answer
    return part


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((AS_GOOD, AS_GOOD), "2 of 2 sparse levels are clearly within 1 point of AUC"),
        ((AS_GOOD, WORSE), "1 of 2 sparse levels is clearly within"),
        ((AS_GOOD, WORSE), "at 50.0% pruned"),
        ((AS_GOOD, WORSE), " Worse: 75.0%."),
        ((INCONCLUSIVE, INCONCLUSIVE), "no sparse level is clearly within 1 point of AUC"),
        ((INCONCLUSIVE, UNJUDGED), "Inconclusive (the interval holds both answers): 50.0%."),
        ((INCONCLUSIVE, UNJUDGED), "Cannot be judged: 75.0%."),
    ],
)
def test_the_verdict_in_a_sentence(part, words, sentence):
    assert sentence in summary(judged(part, *words))


def test_training_curves_are_means_of_steps():
    assert binned([(1, 1.0), (2, 3.0), (3, 5.0)], 2) == [(1.5, 2.0, 2), (3.0, 5.0, 1)]
    assert binned([]) == []
    assert evenly(9, 4) == [0, 3, 5, 8]
    assert evenly(2, 4) == [0, 1]


def test_every_level_has_its_training_curve(part):
    panels, table = training_section([part]).blocks
    assert [curve.name for curve in panels.plots[0].curves] == [
        "level 0, 0.0%", "level 1, 50.0%", "level 2, 75.0%",
    ]  # fmt: skip
    assert len(panels.plots[0].curves[0].points) == 8
    assert (0, "validation auc", 8, 0.9, 1) in table.rows
    assert "the loss is that of every step." in panels.note


def test_what_was_run_in_a_sentence(part, tmp_path):
    assert run_sentence(part) == (
        "meso4 with 100 prunable weights was trained to say real or fake on noise at 32 px, pruned "
        "by magnitude to 75.0% in rounds of at most 50% of what is left (one threshold), and each "
        "level rewound to its saved initial weights; seed 3."
    )
    control = {"control": "reinit", "level": 1, "source_data_name": "noise"}
    other = run_part(write_run(tmp_path / "c", levels=(1,), **control), "c")
    assert run_sentence(other).startswith("A control, reinit, of level 1 of a ticket from noise:")
    assert other.judged == []
    half = run_part(write_run(tmp_path / "half", precision="bfloat16"), "half")
    assert " seed 3. Layers were trained in bfloat16; " in run_sentence(half)


def test_time_and_configuration(part, tmp_path):
    bars = time_section([part], []).blocks[0]
    assert bars.rows == [("train", 0.9, "27.0 s, 90.0%"), ("data", 0.1, "3.0 s, 10.0%")]
    other = run_part(write_run(tmp_path / "two", seed=4), "two")
    configuration, environment = setup_section([part, other]).blocks
    assert configuration.rows[0] == ("seed *", "3", "4")
    assert ("packages: jax", "1", "1") in environment.rows


def test_a_study_shows_its_curves_and_controls(tmp_path):
    study = read_study(write_study(tmp_path / "study"), "study")
    first = of(Panels, study_section(study))[0]
    accuracy, auc = first.plots
    assert [(curve.name, curve.line) for curve in auc.curves] == [
        ("ticket (global)", True), ("random mask", False),
    ]  # fmt: skip
    assert auc.band == pytest.approx((0.75, 0.95))
    assert accuracy.curves[0].points[0].y == pytest.approx(0.7)
    text = verdict_section([], [study]).blocks[0].text
    assert text == "meso4 on a: by AUC the ticket is winning at 80% pruned."
    assert study_sentence(study).startswith("A study of meso4 on a, b: tickets found by global ")


def test_the_transfer_matrix(tmp_path):
    study = read_study(write_study(tmp_path / "study"), "study")
    (table,) = transfer_section(study).blocks
    assert table.heads == ("source", "on a", "on b")
    values = [[cell and cell.content.value for cell in row[1:]] for row in table.rows]
    assert values == [[0.8, 0.65], [None, 0.7]]


def test_the_diagonal_is_of_the_kind_that_is_moved(tmp_path):
    folder = write_study(tmp_path / "study")
    found = json.loads((folder / "results.json").read_text())
    found += [finding("a", "b", "global", "random_global", 0.8, 0.55)]
    found += [finding("a", "b", "global", "zero_shot", 0.8, 0.52)]
    files.write_json(folder / "results.json", found)
    tables = {t.name: t for t in transfer_section(read_study(folder, "study")).blocks}
    first = {
        kind: tables[f"transfer_meso4_80_{kind}"].rows[0][1].content.value
        for kind in ("ticket", "zero_shot", "random_global")
    }
    assert first == {"ticket": 0.8, "zero_shot": 0.8, "random_global": 0.6}


def test_one_wide_interval_does_not_flatten_a_study(tmp_path):
    folder = write_study(tmp_path / "study")
    found = json.loads((folder / "results.json").read_text())
    found[1]["metrics"]["auc"] |= {"low": 0.01}
    files.write_json(folder / "results.json", found)
    first = of(Panels, study_section(read_study(folder, "study")))[0]
    # AUCs of 0.85, 0.8 and 0.6: as far again below.
    assert first.plots[1].y.low == pytest.approx(0.35)
    assert "Longer bars end at the frame." in first.note


def test_what_one_seed_shows_is_of_this_seed(tmp_path):
    folder = write_study(tmp_path / "study")
    found = json.loads((folder / "results.json").read_text())
    found[1]["verdicts"]["auc"]["winning"]["seeds"] = 1
    files.write_json(folder / "results.json", found)
    blocks = verdict_section([], [read_study(folder, "study")]).blocks
    assert blocks[0].text.endswith("One seed: that is about this training only.")
    words = [cell.words for cell in blocks[1].rows[0][-2:]]
    assert words == ["as good", "winning (this seed)"]


def test_tables_call_dense_dense_and_name_dead_layers_and_the_main_comparison(tmp_path):
    folder = write_study(tmp_path / "study")
    found = json.loads((folder / "results.json").read_text())
    found[1] |= {"dead_layers": 3, "dead_seeds": 2}
    found[2] |= {"ticket_over": {"auc": estimate(0.2)},
                 "ticket_better": {"auc": verdict("superior", "better", True)}}  # fmt: skip
    files.write_json(folder / "results.json", found)
    [table] = of(Table, study_section(read_study(folder, "study")))
    rows = [dict(zip(table.heads, row, strict=True)) for row in table.rows]
    assert [row["network"] for row in rows][:3] == ["dense", "ticket", "random mask"]
    assert [row["dead layers"] for row in rows][:3] == [0, "up to 3 in 2 of 3 seeds", 0]
    assert rows[2]["AUC, ticket minus this"].value == pytest.approx(0.2)
    assert [row["ticket better"] and row["ticket better"].words for row in rows][:3] == [
        None, None, "better",
    ]  # fmt: skip


def test_a_studys_results_and_tables_are_held_to_their_sha256(tmp_path):
    folder = write_study(tmp_path / "study")
    write_results(folder, json.loads((folder / "results.json").read_text()))
    assert list(read_study(folder, "study").tables) == ["robustness"]
    for name, old, new in (("results.json", "0.85", "0.95"), ("robustness.csv", "0.75", "0.85")):
        whole = (folder / name).read_text()
        (folder / name).write_text(whole.replace(old, new, 1))
        with pytest.raises(Damaged, match=rf"{name} is damaged \(it was changed: .*report_only"):
            read_study(folder, "study")
        (folder / name).write_text(whole)
    (folder / "robustness.csv").unlink()
    with pytest.raises(FileNotFoundError, match=r"robustness.csv is missing: .*report_only"):
        read_study(folder, "study")


def test_a_study_says_which_cells_it_leaves_out_and_follows_no_link(tmp_path):
    folder = write_study(tmp_path / "study")
    (folder / "cells").mkdir()
    write_run(folder / "cells" / "whole")
    cell = write_run(folder / "cells" / "damaged")
    (cell / "level_01" / "evaluation.json").write_text("{")
    study = read_study(folder, "study")
    assert list(study.cells) == ["whole"]
    (said,) = study.lacking
    assert said.startswith("cell damaged is left out: ")
    assert "evaluation.json is damaged" in said
    assert said in html.unescape(page([], [study]))
    (folder / "cells" / "linked").symlink_to(write_run(tmp_path / "elsewhere"))
    with pytest.raises(ValueError, match=r"cells/linked is a link that leads out of .*study"):
        read_study(folder, "study")


def test_other_tables_of_a_study(tmp_path):
    study = read_study(write_study(tmp_path / "study"), "study")
    assert list(study.tables) == ["robustness"]
    table = tables_section(study).blocks[1]
    assert table.rows == [["jpeg:3", 0.75], ["<b>x</b>", "=1+1"]]


@pytest.mark.parametrize("content", [[], {"a": 1}, [{"model": "m"}], [3]])
def test_what_is_no_study_is_said(tmp_path, content):
    files.write_json(tmp_path / "results.json", content)
    with pytest.raises(Damaged, match=r"results\.json is damaged"):
        read_study(tmp_path, "study")


def test_a_run_looks_the_same_in_all_its_plots(tmp_path):
    control = {"control": "reinit", "level": 1, "source_data_name": "noise"}
    paths = [write_run(tmp_path / "c", levels=(1,), **control), write_run(tmp_path / "one")]
    parts = [run_part(path, path.name) for path in paths]
    sections = [levels_section(parts), methods_section(parts), verdict_section(parts, [])]
    curves = [c for s in sections for b in of(Panels, s) for plot in b.plots for c in plot.curves]
    assert {curve.mark for curve in curves if curve.name == "one"} == {by_place(1)}
    alone = of(Panels, levels_section(parts[:1]))[0].plots[0].curves[0]
    assert (alone.name, alone.mark) == ("re-initialised, test", MARKS["re-initialised"])


def test_every_plot_says_which_direction_is_good(part, tmp_path):
    study = read_study(write_study(tmp_path / "study"), "study")
    write_saliency(part.run.path)
    sections = [section for section in sections_of([part], [study]) if section]
    plots = {plot.title: plot for s in sections for b in of(Panels, s) for plot in b.plots}
    assert {title: plot.better for title, plot in plots.items()} == {
        "AUC minus dense": "above 0: the ticket is better",
        "accuracy minus dense": "above 0: the ticket is better",
        "accuracy": "higher is better", "AUC": "higher is better",
        "real, n = 3": "higher is better", "Swap, n = 2": "higher is better",
        "Blend, n = 1": "higher is better",
        "rank correlation, n = 12": "nearer the dense network's maps: higher",
        "loss, training": "lower is better", "AUC, validation": "higher is better",
    }  # fmt: skip
    assert all(plot.better.replace("'", "&#39;") in plot.svg for plot in plots.values())


def test_drawings_are_well_formed_and_finite(part):
    sections = [levels_section([part]), layers_section([part], []), methods_section([part]),
                training_section([part]), verdict_section([part], [])]  # fmt: skip
    drawings = [plot.svg for s in sections for b in of(Panels, s) for plot in b.plots]
    drawings += [block.svg for s in sections for block in of(Drawing, s)]
    assert len(drawings) == 2 + 1 + 3 + 2 + 2
    for drawing in drawings:
        root = ET.fromstring(drawing)
        assert len(root.get("aria-label", "")) > 10
        numbers = [
            float(item.get(name))
            for item in root.iter()
            for name in ("x", "y", "width", "height")
            if item.get(name)
        ]
        assert all(map(math.isfinite, numbers))
        assert "nan" not in drawing


def test_controls_beside_a_run_are_held_to_their_tickets(tmp_path):
    path = write_run(tmp_path / "one")
    control = write_run(tmp_path / "random", levels=(2,), control="random_global", level=1)
    write_run(tmp_path / "of another seed", levels=(1,), control="reinit", level=1, seed=9)
    write_run(tmp_path / "under way", levels=(1,), finished=False, control="reinit", level=1)
    part = run_part(path, "one")
    assert [(one.name, one.level, one.sparsity) for one in part.controls] == [
        ("random mask", 1, 0.5)
    ]
    # Logits (-1, -2, 1, 1, 2, 3) against (1, 2, 3, 1, 2, -3): 8.5 of 9 pairs and 2 of 9.
    assert part.controls[0].gains["auc"]["value"] == pytest.approx((8.5 - 2) / 9)
    assert part.controls[0].gains["accuracy"]["value"] == pytest.approx(5 / 6 - 2 / 6)
    section = verdict_section([part], [])
    texts = " ".join(block.text for block in of(Text, section))
    assert "random mask at 50.0%: " in texts
    assert "has no control" not in texts
    assert [row[2] for row in of(Table, section)[1].rows] == ["random mask", "random mask"]
    for plot in of(Panels, levels_section([part]))[0].plots:
        names = [curve.name for curve in plot.curves]
        assert names == ["ticket, test", "ticket, validation", "random mask"]
        assert [point.y for point in plot.curves[2].points] == [
            run_part(control, "c")
            .run.levels[0]
            .test_value("auc" if plot.title == "AUC" else "accuracy")
        ]


def test_the_dense_network_with_all_the_steps_is_compared_but_not_one_to_beat(tmp_path):
    path = write_run(tmp_path / "one")
    write_run(tmp_path / "long", levels=(2,), control="long_dense", level=1)
    part = run_part(path, "one")
    [control] = part.controls
    assert (control.kind, control.name, control.sparsity) == ("long_dense", "long dense", 0.5)
    # 2 of 9 pairs, where the run's dense network has all.
    assert control.over_dense["auc"]["value"] == pytest.approx(2 / 9 - 1)
    texts = [block.text for block in of(Text, verdict_section([part], []))]
    assert not any("against its controls" in text for text in texts)
    [text] = [text for text in texts if "the same compute" in text]
    assert text == (
        "The ticket at 50.0% has no significant difference from the same compute spent on the "
        "dense network (+0.722 [-0.500, +1.000]); that dense had not converged is not shown: these "
        "steps change it by -0.778 [-1.000, +0.680]."
    )


def shown_rows(table):
    return [tuple(map(show, row)) for row in table.rows]


def test_what_was_said_of_another_set_stands_below_its_tables(tmp_path):
    path = write_run(tmp_path / "one")
    write_evaluation(path, data=[{"name": "other", "lines": ["WARNING: 3 leaks", "note: assumed"]}])
    section = evaluations_section([run_part(path, "one")])
    lines = ["other: WARNING: 3 leaks", "other: note: assumed"]
    assert [text.text for text in of(Text, section)][1:] == lines


def test_a_run_shows_what_it_said_elsewhere(tmp_path):
    path = write_run(tmp_path / "one", methods=["Swap"])
    write_evaluation(path)
    section = evaluations_section([run_part(path, "one")])
    [text] = of(Text, section)
    assert text.text.startswith(
        "This run was trained on noise (of the forgeries only Swap). Here its levels"
    )
    clean, corrupted, parts = of(Table, section)
    assert (
        clean.caption
        == "On other at c40 (01234567, synthetic), test split, n = 6 pictures in 4 groups"
    )
    assert shown_rows(clean) == [
        ("0", "0.0%", "0.700 [0.600, 0.800]", "0.800 [0.700, 0.900]", MISSING, MISSING),
        ("2", "75.0%", "0.600 [0.500, 0.700]", "0.700 [0.600, 0.800]",
         "-0.1000 [-0.2000, +0.0000]", MISSING),
    ]  # fmt: skip
    assert shown_rows(corrupted) == [
        ("jpeg:3", "2", "75.0%", MISSING, "0.600 [0.500, 0.700]", MISSING, MISSING,
         "0.500 [0.400, 0.600]"),
    ]  # fmt: skip
    assert shown_rows(parts) == [
        ("clean", "2", "75.0%", "method", "Swap", "2", "0.500 [0.400, 0.600]",
         "0.900 [0.800, 1.000]", MISSING),
        ("clean", "2", "75.0%", "compression", "c40", "3", MISSING, "0.650 [0.550, 0.750]",
         MISSING),
    ]  # fmt: skip


def test_tables_of_several_evaluations_have_names_of_their_own(tmp_path):
    parts = []
    for name in ("one", "two"):
        write_evaluation(write_run(tmp_path / name), "a")
        write_evaluation(tmp_path / name, "b")
        parts.append(run_part(tmp_path / name, name))
    names = [table.name for table in of(Table, evaluations_section(parts))]
    assert len(set(names)) == len(names) == 12
    assert evaluations_section([run_part(write_run(tmp_path / "three"), "three")]) is None


def test_every_quantity_of_the_maps_has_a_name():
    assert {*AGREEMENT, *LOCALISATION, *FAITHFULNESS, "empty", "over_area"} <= METRIC_NAMES.keys()


def test_figures_of_maps_are_called_by_their_names(part):
    folder = write_saliency(part.run.path)
    row = {"level": 2, "sparsity": 0.75, "quantity": "iou", "of": "ticket", "value": 0.5, "n": 3}
    rows = [row, row | {"against": "dense"}, row | {"quantity": "new_one", "name": "Swap"}]
    files.write_json(folder / "figures.json", {"rows": rows})
    section = attention_section([part])
    assert [plot.title for plot in of(Panels, section)[0].plots] == [
        "IoU, n = 3", "new one, n = 3",
    ]  # fmt: skip
    assert [r[2:6] for r in of(Table, section)[0].rows] == [
        ("IoU", "ticket", "", "all"), ("IoU", "ticket", "dense network", "all"),
        ("new one", "ticket", "", "Swap"),
    ]  # fmt: skip


def test_figures_of_maps_over_seeds_are_on_the_page_of_their_study(tmp_path):
    folder = write_study(tmp_path / "study")
    assert attention_section([], [read_study(folder, "study")]) is None
    row = {"level": 2, "sparsity": 0.75, "quantity": "iou", "of": "ticket", "value": 0.5, "n": 3,
           "seeds": 5}  # fmt: skip
    (folder / "attention" / "meso4 on a").mkdir(parents=True)
    files.write_json(folder / "attention" / "meso4 on a" / "figures.json", {"rows": [row]})
    section = attention_section([], [read_study(folder, "study")])
    assert of(Panels, section)[0].title == "meso4 on a"
    assert of(Table, section)[0].rows[0][-1] == 5
    (folder / "attention" / "meso4 on a" / "figures.json").write_text("{")
    with pytest.raises(Damaged, match=r"figures\.json"):
        read_study(folder, "study")


def test_a_study_leads_to_the_pages_of_its_runs(tmp_path):
    folder = write_study(tmp_path / "study")
    for name in ("a b", "bare"):
        write_run(folder / "cells" / name)
    write_run(folder / "cells" / "under_way", finished=False)
    (folder / "cells" / "a b" / "report.html").write_text("page")
    assert cells_section(read_study(tmp_path / "study", "study")).blocks[0].rows == [
        (Link("a b", "cells/a%20b/report.html"), 9), ("bare", 9),
    ]  # fmt: skip
    beside = read_study(folder, "study", tmp_path / "pages")
    assert beside.pages == {"a b": "../study/cells/a%20b/report.html"}


def test_rules_on_means_stand_last(tmp_path):
    folder = write_study(tmp_path / "study")
    found = json.loads((folder / "results.json").read_text())
    of = found[1]["verdicts"]["auc"]
    found[1]["verdicts"]["auc"] = {"paper": verdict("paper", "met", True)} | of
    files.write_json(folder / "results.json", found)
    table = verdict_section([], [read_study(folder, "study")]).blocks[1]
    assert table.heads[-3:] == ("as good as dense", "winning ticket", "at least dense (a' ≥ a)")
    assert [cell.words for cell in table.rows[0][-3:]] == ["as good", "winning", "met"]
