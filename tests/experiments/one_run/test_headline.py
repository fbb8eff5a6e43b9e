"""The headline of runs that are written by hand: what is read from where, and shown where."""

import html
import json
import re
import shlex
from dataclasses import replace

import numpy as np
import pytest

from experiments.cells.family import check_family
from experiments.one_run.headline import headline_of
from experiments.one_run.page import refresh, write_report_page
from experiments.one_run.recipe import check
from experiments.options.imp import PRESETS, Config
from experiments.terminal.console import show_headline
from experiments.terminal.options import parse
from experiments.terminal.plain_console import make_console
from jaxticket.runs import Damaged, files, read_run
from jaxticket.runs.predictions import Predictions, write_predictions
from jaxticket.verdicts.judged_levels import WANTED
from jaxticket.verdicts.wording import UNJUDGED, WORSE
from tests.report.page.written import write_run

CONTROL = {"level": 2, "ticket_masks": "m", "source_data_name": "noise",
           "source_data_fingerprint": ""}  # fmt: skip
LABELS = np.arange(80) % 2
NOISE = np.random.default_rng(0).normal(0, 1, 80)


def answers(run, level, skill, *, key="k"):
    """Let a level answer eighty test pictures, each its own group, the better the higher."""
    names = np.array([f"{key}{n}" for n in range(80)])
    write_predictions(
        run / f"level_{level:02d}" / "predictions_test.csv",
        Predictions(
            keys=names, groups=names, videos=names, labels=LABELS,
            methods=np.where(LABELS, "Swap", "real"), compressions=np.full(80, ""),
            logits=(skill * (2 * LABELS - 1) + NOISE).astype(np.float32),
        ),
    )  # fmt: skip
    return run


def trained(path, *skills, first=0, **config):
    """Write a run whose levels are as good as said."""
    run = write_run(path, levels=range(first, first + len(skills)), **config)
    for level, skill in enumerate(skills, first):
        answers(run, level, skill)
    return run


def control(path, kind, skill, **config):
    return trained(path, skill, first=2, control=kind, **CONTROL | config)


@pytest.fixture
def run(tmp_path):
    """A run whose second and third levels are as good as dense."""
    return trained(tmp_path / "one", 1.0, 1.0, 1.0)


def headline(run):
    found = headline_of(read_run(run))
    assert found is not None
    return found


def test_without_controls_validation_chooses_the_level(run):
    path = run / "level_02" / "evaluation.json"
    files.write_json(path, json.loads(path.read_text()) | {"val_auc": 0.7})
    found = headline(run)
    assert (found.verdict, found.level, found.seeds) == (UNJUDGED, 1, 1)
    assert re.fullmatch(
        r"Cannot be judged \(no control was trained\): dense \.9\d\d \(convergence unknown\), "
        r"ticket \(50%\) \.9\d\d \[\.\d{3}, \.\d{3}\], no control; one seed\.",
        found.sentence,
    )
    assert [one.what for one in found.missing] == ["controls", "controls", "seeds"]


def test_seeds_controls_and_one_shot_beside_it_count(run, tmp_path):
    trained(tmp_path / "two", 1.0, 1.0, 1.0, seed=0)
    for seed in (0, 3):
        control(tmp_path / f"mask{seed}", "reinit", 0.3, seed=seed)
        trained(tmp_path / f"shot{seed}", 1.0, 1.0, 0.9, seed=seed, pruning="one_shot")
    control(tmp_path / "again", "ticket", 1.0)
    found = headline(run)
    assert (found.level, found.seeds) == (2, 2)
    assert re.search(r", best control \.\d{3} \(one-shot\); 2 seeds\.$", found.sentence)
    assert any(re.match(r"Ticket minus re-initialised .*: better", s) for s in found.reasons)
    lacking = [(one.what, one.names) for one in found.missing if one.what != "groups"]
    assert lacking == [
        ("controls", ("long_dense",)),
        ("controls", ("random_global", "random_layers")),
        ("seeds", ("0", "1", "3")),
    ]


def test_the_first_ticket_is_one_shot_itself_and_not_held_to_it(tmp_path):
    run = trained(tmp_path / "one", 1.0, 1.0, rounds=1)
    control(tmp_path / "mask", "reinit", 0.3, level=1, rounds=1)
    trained(tmp_path / "shot", 1.0, 1.0, rounds=1, pruning="one_shot")
    found = headline(run)
    assert re.search(r", control \.\d{3} \(re-initialised\); one seed", found.sentence)
    assert not any("one-shot" in line for line in found.reasons)
    assert ("random_global", "random_layers") in [one.names for one in found.missing]
    (parsed,) = accepted(found)
    assert parsed.controls == (*WANTED[:-1], "long_dense")


def test_a_longer_dense_network_tells_whether_dense_had_converged(run, tmp_path):
    long = control(tmp_path / "long", "long_dense", 2.0)
    found = headline(run)
    assert "(not converged), ticket (75%) ." in found.sentence
    assert ", no control, dense trained as long as the search .9" in found.sentence
    assert [one.what for one in found.missing] == ["training", "controls", "seeds"]
    answers(long, 2, 1.0)
    assert "(converged)" in headline(run).sentence
    assert "long_dense" not in " ".join(headline(run).by_command)


def test_controls_of_other_pictures_are_no_controls(run, tmp_path):
    mask = control(tmp_path / "mask", "reinit", 0.3)
    assert ", control ." in headline(run).sentence
    answers(mask, 2, 0.3, key="z")
    assert ", no control;" in headline(run).sentence
    asked = next(one for one in headline(run).missing if "reinit" in one.names)
    assert asked.what == "controls"


def test_controls_and_what_has_no_dense_network_have_no_headline(tmp_path):
    mask = control(tmp_path / "mask", "reinit", 0.3)
    assert headline_of(read_run(mask)) is None
    refresh(mask)
    assert read_run(mask).headline is None
    assert 'class="headline"' not in (mask / "report.html").read_text()


def test_it_stands_first_everywhere(run):
    refresh(run)
    record = read_run(run)
    found = record.headline
    assert found is not None
    assert found == headline_of(record)
    sentence = found.sentence
    assert sentence.startswith("Cannot be judged (no control was trained): dense .9")
    assert record.summary["time"] == "9 s: train 9 s"  # the rest of the summary stays
    report = (run / "report.md").read_text()
    assert report.splitlines()[2] == f"**{sentence}**"
    page = (run / "report.html").read_text()
    assert re.search(r"</h1>\s*<div class=\"headline\"", page)
    assert sentence in page
    for command in filter(None, found.by_command):
        assert command in report


def test_what_could_not_be_read_is_said_with_it(run, tmp_path, capsys):
    found = control(tmp_path / "control", "reinit", 1.0)
    seed = trained(tmp_path / "two", 1.0, 1.0, 1.0, seed=0)
    (seed / "level_01" / "predictions_test.csv").write_text("")
    (seed / "environment.json").unlink()
    (found / "config.json").write_text("{")
    (run / "environment.json").write_text("{")
    refresh(run)
    show_headline(read_run(run), make_console())
    said = [
        "one/environment.json is damaged (",
        "control is left out, and may belong to this run: ",
        "level 1 of two is left out: ",
        f"two: {seed / 'environment.json'} is missing",
    ]
    texts = [capsys.readouterr().out, (run / "report.md").read_text().replace("\\", "")]
    for text in [*texts, html.unescape((run / "report.html").read_text())]:
        places = [text.find(sentence) for sentence in said]
        assert -1 < places[0] < places[1] < places[2] < places[3]
    assert str(tmp_path) not in write_report_page([run], share=True).read_text()


def test_a_run_that_has_not_ended_keeps_no_summary(tmp_path):
    run = write_run(tmp_path / "half", finished=False)
    refresh(run)
    assert not (run / "summary.json").exists()
    assert "Cannot be judged" in (run / "report.html").read_text()
    none = write_run(tmp_path / "none", levels=(), finished=False)
    assert refresh(none).is_file()
    assert not (none / "report.md").exists()


def test_a_summary_without_it_or_with_another_thing_in_its_place(run):
    assert read_run(run).headline is None
    files.write_json(run / "summary.json", {"seconds": 9.0, "headline": {"verdict": 3}})
    with pytest.raises(Damaged, match=r"headline: .*experiments.report writes it again"):
        _ = read_run(run).headline
    refresh(run)
    assert read_run(run).headline is not None


def test_several_runs_have_each_its_own(run, tmp_path):
    two = write_run(tmp_path / "two", learning_rate=0.5)
    page = write_report_page([run, two], tmp_path / "page.html").read_text()
    assert "one: <strong>Cannot be judged" in page
    assert "two: <strong>Cannot be judged" in page


def test_a_ticket_worse_than_dense_is_said_to_be(tmp_path):
    found = headline(trained(tmp_path / "one", 1.0, 0.2))
    assert (found.verdict, found.sentence.split(":")[0]) == (WORSE, "Worse than dense")


def accepted(found):
    """The options of all commands of a headline, which `imp` accepts."""
    prefix, parsed = "python -m experiments.imp ", []
    for command in filter(None, found.by_command):
        assert command.startswith(prefix)
        parsed.append(parse(Config, PRESETS, shlex.split(command.removeprefix(prefix))))
        check(replace(parsed[-1], run_dir=None))
        check_family(parsed[-1])
    return parsed


def test_the_commands_are_those_of_the_run(run):
    path = run / "level_02" / "evaluation.json"
    files.write_json(path, json.loads(path.read_text()) | {"val_auc": 0.7})
    found = headline(run)
    (parsed,) = accepted(found)
    recipe = read_run(run).recipe
    for name in ("model", "image_size", "rounds", "prune_fraction", "rewind"):
        assert getattr(parsed, name) == getattr(recipe, name)
    assert (parsed.run_dir, parsed.dataset) == (run, "noise")
    assert parsed.controls == (*WANTED[:-1], "long_dense")
    assert (parsed.control_levels, parsed.seeds) == ((1,), (0, 1, 3))


def test_a_dense_network_that_has_learnt_nothing_is_trained_alone_first(tmp_path):
    found = headline(trained(tmp_path / "one", 0.0, 0.0, epochs=2))
    assert found.sentence.startswith("Cannot be judged (dense is not significantly above chance)")
    (parsed,) = accepted(found)
    assert (parsed.epochs, parsed.controls, parsed.seeds) == (4, (), None)


@pytest.mark.parametrize(
    ("options", "controls"),
    [
        ({"pruning": "one_shot"}, (*WANTED[:-1], "long_dense")),
        ({"rewind": "step:3"}, (*WANTED, "long_dense")),
        ({"rewind": "lr"}, ("one_shot",)),
        ({"rewind": "none"}, ("one_shot",)),
        ({"rewind": "lr", "pruning": "one_shot"}, ()),
    ],
)
def test_only_controls_that_a_run_can_have_are_asked_for(tmp_path, options, controls):
    found = headline(trained(tmp_path / "one", 1.0, 1.0, 0.2, **options))
    asked = {name for one in found.missing if one.what == "controls" for name in one.names}
    assert asked == set(controls)
    # Whether dense had converged is open: without the control, all of it is trained longer.
    longer = any(one.what == "training" for one in found.missing)
    assert longer == ("long_dense" not in controls)
    assert all(parsed.controls == controls for parsed in accepted(found))


def test_a_run_of_dense_alone_has_its_figure(tmp_path):
    alone = trained(tmp_path / "one", 1.0, rounds=0, epochs=8)
    found = headline(alone)
    assert re.fullmatch(
        r"Cannot be judged \(no sparse level is done\): dense \.9\d\d \[\.\d{3}, \.\d{3}\] "
        r"\(convergence unknown\); one seed\.",
        found.sentence,
    )
    assert found.missing == ()
    path = alone / "level_00" / "evaluation.json"
    signs = ["loss: the training does not converge"]
    files.write_json(path, json.loads(path.read_text()) | {"signs": signs})
    (parsed,) = accepted(headline(alone))
    assert (parsed.rounds, parsed.epochs, parsed.controls) == (0, 16, ())
