"""What the figures of maps come to, of rows made by hand."""

import shutil

from msgspec.structs import replace

from experiments.attention.networks import ANOTHER_SEED
from experiments.one_run.page import run_part
from jaxticket.attention.measure import RANDOM
from jaxticket.report import write_report
from jaxticket.report.attention import (
    METHODS,
    NOISE,
    QUANTITY,
    RIVALS,
    advice,
    against_rivals,
    conclusion,
)
from jaxticket.report.page.attention import attention_section
from jaxticket.report.page.blocks import Panels
from jaxticket.runs import files, read_run
from jaxticket.runs.attention import Figure, Figures
from jaxticket.runs.controls import WORDS
from jaxticket.text import METRIC_NAMES
from jaxticket.verdicts.wording import LESS_ALIKE, MORE_ALIKE, NO_DIFFERENCE, UNJUDGED
from tests.report.page.written import write_run, write_saliency


def row(against, value, p_above, *, sparsity=0.75, level=2, seeds=1, **more):
    given = {
        "level": level, "sparsity": sparsity, "quantity": QUANTITY, "network": "ticket",
        "against": against, "value": value, "low": value - 0.03, "high": value + 0.03, "n": 12,
        "seeds": seeds, "groups": 6, "p_above": p_above, "p_below": 1 - p_above,
    }  # fmt: skip
    return Figure(**given | more)


def words(*rows):
    return [one.words for one in against_rivals(rows)]


LAYERS, ANYWHERE = "random mask in layers", "random mask"


def test_the_ticket_can_be_less_alike_than_a_random_mask_with_equal_layer_counts():
    rows = [row(LAYERS, -0.04, 0.999), row(ANYWHERE, 0.01, 0.3), row(NOISE, 0.5, 1e-9)]
    told = Figures(rows=rows, method="grad_cam", layer="layer4", direction="fake",
                   data_name="faces", split="test")  # fmt: skip
    assert conclusion(told) == (
        "The ticket's maps agree with its dense network's less than those of a random mask with "
        "equal layer counts do (less alike: -0.040 [-0.070, -0.010] at 75.0% pruned); not "
        "significantly more or less than those of a random mask of its size (no significant "
        "difference: +0.010 [-0.020, +0.040] at 75.0% pruned): rank correlation of Grad-CAM maps "
        "of layer layer4 for the answer fake; 12 pictures of 6 groups of faces, test split; 1 "
        "seed, so about this training only; Holm over 2 comparisons. Beside random maps, which "
        "agree by chance: more alike at 75.0% pruned."
    )


def test_all_comparisons_that_are_shown_are_corrected_together():
    assert words(row(LAYERS, 0.04, 0.02)) == [MORE_ALIKE]
    assert words(row(LAYERS, -0.04, 0.98)) == [LESS_ALIKE]
    # Twice 0.02 is above 0.025; a far stronger one steps down first and leaves it alone.
    weak = row(LAYERS, 0.04, 0.02)
    assert words(weak, row(ANYWHERE, 0.04, 0.02)) == [NO_DIFFERENCE] * 2
    assert words(weak, row(ANYWHERE, 0.9, 1e-9)) == [MORE_ALIKE] * 2
    # Noise, parts of the pictures and other measures are no part of the family.
    others = [row(NOISE, 0.0, 0.5), row(LAYERS, 0.04, 0.5, by="method", name="Swap"),
              row(LAYERS, 0.04, 0.5, quantity="iou"), row("", 0.5, 0.5)]  # fmt: skip
    assert words(weak, *others) == [MORE_ALIKE]


def test_without_an_interval_or_a_p_value_nothing_is_judged():
    assert words(row(LAYERS, 0.4, 1.0, low=None, high=None)) == [UNJUDGED]
    older = replace(row(LAYERS, 0.4, 0.001), p_above=None, p_below=None)
    assert words(older) == [UNJUDGED]
    assert "An earlier version made these figures" in conclusion(Figures(rows=[older]))
    text = conclusion(Figures(rows=[row(LAYERS, 0.4, 1.0, low=None, high=None)]))
    assert "(cannot be judged: +0.400 at 75.0% pruned)" in text
    assert "no control has been looked at" in conclusion(Figures(rows=[row("", 0.4, 1.0)]))


def test_several_seeds_are_counted_and_not_called_one_training():
    text = conclusion(Figures(rows=[row(LAYERS, 0.1, 0.001, seeds=3, n=9),
                                    row(ANYWHERE, 0.1, 0.001, seeds=2)]))  # fmt: skip
    assert "9 to 12 pictures of 6 groups; 2 to 3 seeds; Holm over 2 comparisons" in text
    assert "this training" not in text


def test_the_words_are_those_of_what_is_written():
    assert NOISE == RANDOM
    assert RIVALS.keys() <= {*WORDS.values(), ANOTHER_SEED}
    assert QUANTITY in METRIC_NAMES
    assert "grad_cam" in METHODS


def test_advice_names_what_lies_beside_the_run_and_was_not_looked_at(tmp_path):
    path = write_run(tmp_path / "one")
    alone = advice(read_run(path), [])
    assert f"experiments.control --run={path} --level=2 --control=random_layers" in alone
    assert alone.endswith(f"python -m experiments.saliency --run={path}")
    shutil.copytree(path, tmp_path / "control")
    config = tmp_path / "control" / "config.json"
    files.write_json(config, files.read_typed(config, dict, "") | {
        "control": "random_layers", "level": 2, "ticket_masks": "m", "source_data_name": "noise",
        "source_data_fingerprint": files.read_typed(config, dict, "").get("data_fingerprint", ""),
    })  # fmt: skip
    beside = advice(read_run(path), [])
    assert beside == (
        "Not looked at yet: random mask in layers of level 2; python -m experiments.saliency "
        f"--run={path} does."
    )
    seen = [row("", 0.4, 1.0, network=LAYERS)]
    assert advice(read_run(path), seen) == ""


def test_the_conclusion_stands_first_on_the_page_and_in_the_report(tmp_path):
    path = write_run(tmp_path / "one")
    folder = write_saliency(path)
    rows = [{"level": 2, "sparsity": 0.75, "quantity": QUANTITY, "of": "ticket", "value": -0.1,
             "against": LAYERS, "low": -0.2, "high": -0.05, "n": 6, "seeds": 1, "groups": 6,
             "p_above": 0.999, "p_below": 0.001}]  # fmt: skip
    files.write_json(folder / "figures.json", {"rows": rows})
    section = attention_section([run_part(path, "one")])
    assert section
    text, panels, *_ = section.blocks
    assert text.text.startswith("The ticket's maps agree with its dense network's less than")
    assert isinstance(panels, Panels)
    (plot,) = panels.plots
    assert [(curve.name, [p.y for p in curve.points]) for curve in plot.curves] == [
        (LAYERS, [-0.1])
    ]  # fmt: skip
    assert plot.lines == [(0.0, "equally alike")]
    report = write_report(path).read_text()
    assert f"## Where the networks look\n\n{text.text}" in report
    (folder / "gallery" / "1.png").unlink()
    assert "## Where the networks look" not in write_report(path).read_text()


def test_a_dense_network_alone_is_told_nothing(tmp_path):
    path = write_run(tmp_path / "one", levels=(0,))
    assert advice(read_run(path), []) == ""
