"""The command that looks at runs: what it leaves, what it does not do again, what it refuses."""

import csv
import json
import shutil

import numpy as np
import pytest
from rich.console import Console

from experiments import control, imp, saliency
from experiments.attention import look as look_module
from experiments.attention import pictures as pictures_module
from experiments.attention.gallery import choose
from experiments.attention.networks import ANOTHER_SEED
from experiments.attention.question import direction_of
from experiments.one_run.page import write_report_page
from experiments.options.imp import PRESETS, Config
from experiments.terminal.options import parse
from jaxticket.attention.table import Measured
from jaxticket.runs import files, read_run
from jaxticket.runs.attention import read_looks, read_made_from
from jaxticket.runs.controls import find_controls


@pytest.fixture(scope="module")
def runs(finished_run, options, tmp_path_factory):
    """Two seeds of one experiment and a control of the first: folders side by side."""
    root = tmp_path_factory.mktemp("cells")
    shutil.copytree(finished_run, root / "one")
    quiet = Console(quiet=True)
    argv = [*options, "--seed=1", f"--run_dir={root / 'two'}"]
    imp.main(parse(Config, PRESETS, argv), quiet)
    prepared = next(one for one in options if one.startswith("--dataset=")).partition("=")[2]
    control.main(
        control.Config(root / "one", 2, "random_global", prepared, run_dir=root / "random"), quiet
    )
    return root


@pytest.fixture
def look(call, runs, prepared, tmp_path):
    """Call `experiments.saliency` on copies of the runs, on the pictures they were trained on."""
    root = shutil.copytree(runs, tmp_path / "cells")

    def look(names, *argv):
        given = ",".join(str(root / name) for name in names.split(","))
        return call(saliency, f"--run={given}", f"--dataset={prepared}", *argv)

    look.root = root
    return look


def the_look(run):
    """The folder of a run's only look."""
    (found,) = read_looks(run / "saliency")
    return found.folder


def rows_of(place):
    """The figures of a look, by what they are of."""
    names = ("of", "level", "quantity", "by", "name", "against")
    return {
        tuple(row[name] for name in names): row["value"] for row in table(place / "figures.csv")
    }


def table(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_one_run_with_its_controls(look):
    status, out, err = look("one", "--gallery=6")
    assert status == 0, err
    folder = the_look(look.root / "one")
    rows = table(folder / "pictures.csv")
    networks = {(row["of"], row["level"]) for row in rows}
    assert networks == {
        ("ticket", "0"), ("ticket", "1"), ("ticket", "2"), ("random mask", "2"),
        ("centre prior", ""), ("random map", ""), ("flat map", ""),
    }  # fmt: skip
    assert len(rows) == 24 * len(networks)
    # The logits are those of the run itself.
    answers = read_run(look.root / "one").predictions(2)
    logits = dict(zip(answers.keys, answers.logits, strict=True))
    for row in rows:
        if (row["of"], row["level"]) == ("ticket", "2"):
            assert float(row["logit"]) == pytest.approx(logits[row["key"]], abs=1e-5)
    (whole,) = read_looks(look.root / "one" / "saliency")
    assert len(whole.gallery.pictures) == 24  # as many as the run drew at its end
    assert [level.level for level in whole.gallery.levels] == [0, 1, 2]
    assert {one.label for one in whole.gallery.pictures} == {0, 1}
    assert all(len(one.maps) == 3 for one in whole.gallery.pictures)
    assert all(one.maps[0].moved == 0 for one in whole.gallery.pictures)
    found = {(row.network, row.level, row.quantity) for row in whole.figures.rows}
    assert ("random mask", 2, "rank_correlation") in found
    assert not [one for one in found if one[0] == "ticket" and one[1] == 0 and "rank" in one[2]]
    # Set without masks: nothing is said of a forged region.
    assert not [one for one in found if one[2] in ("energy_inside", "iou")]
    row = next(r for r in whole.figures.rows if (r.network, r.level, r.quantity, r.by) ==
               ("ticket", 2, "rank_correlation", "all"))  # fmt: skip
    mine = [float(r["rank_correlation"]) for r in rows
            if (r["of"], r["level"]) == ("ticket", "2") and r["rank_correlation"]]  # fmt: skip
    assert row.value == pytest.approx(np.mean(mine))
    assert row.n == len(mine)
    assert "random mask" in out
    assert list((look.root / "one" / "tensorboard" / "saliency").glob("*.tfevents.*"))
    page = (look.root / "one" / "report.html").read_text()  # written again
    assert page.count("data:image/png;base64,") >= 24 * 4
    assert "a random mask of its size" in page
    assert "a random mask of its size" in (look.root / "one" / "report.md").read_text()


def test_the_same_again_makes_nothing_again_and_other_maps_stand_beside(look, monkeypatch):
    look("one", "--gallery=2", "--controls=none")
    place = the_look(look.root / "one")
    figures = (place / "figures.csv").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(look_module, "measure", None)
        patch.setattr(look_module, "write_gallery", None)
        status, out, err = look("one", "--gallery=2", "--controls=none")
        assert (status, "one: kept from before" in out) == (0, True), err
    assert (place / "figures.csv").read_bytes() == figures
    # What cannot be measured takes nothing away from what was.
    assert look("one", "--gallery=2", "--controls=none", "--layer=nose")[0] == 2
    assert "kept from before" in look("one", "--gallery=2", "--controls=none")[1]
    made = []
    real = look_module.measure
    monkeypatch.setattr(look_module, "measure", lambda *given: made.append(1) or real(*given))
    real_answer = "one", "--gallery=2", "--controls=none", "--explain=real"
    look(*real_answer)
    assert made == [1]
    kept = read_looks(look.root / "one" / "saliency")
    assert {one.figures.direction for one in kept} == {"fake", "real"}
    assert (place / "figures.csv").read_bytes() == figures
    (other,) = (one.folder for one in kept if one.figures.direction == "real")
    (other / "pictures.csv").write_bytes(b"key\n")
    look(*real_answer)
    assert made == [1, 1]


def test_a_shorter_look_takes_nothing_away_and_a_longer_one_adds(look, monkeypatch):
    """Levels, controls, deletion and insertion, pictures of the gallery: none is lost."""
    asked = []
    real = look_module.measure

    def counted(explainer, networks, *given):
        asked.append([str(network.name) for network in networks])
        return real(explainer, networks, *given)

    monkeypatch.setattr(look_module, "measure", counted)
    first = look("one", "--levels=1", "--gallery=4", "--controls=none")
    assert first[0] == 0, first[2]
    place = the_look(look.root / "one")
    known = rows_of(place)
    # The run looked at itself when it ended: three levels, without deletion and insertion.
    assert {key[:2] for key in known if key[2] == "empty"} == {
        ("ticket", "0"), ("ticket", "1"), ("ticket", "2")
    }  # fmt: skip
    assert asked == [["dense", "ticket, 20.0%"]]
    assert ("ticket", "1", "deletion", "all", "", "") in known
    assert ("ticket", "2", "deletion", "all", "", "") not in known
    assert len(read_looks(place)[0].gallery.pictures) == 24  # as many as it drew itself

    status, _, err = look("one", "--levels=0", "--gallery=0", "--controls=none",
                          "--no_faithfulness")  # fmt: skip
    assert (status, asked[1:]) == (0, []), err
    assert rows_of(place) == known

    status, out, err = look("one", "--levels=2", "--gallery=0", "--no_faithfulness")
    assert (status, asked[1:]) == (0, [["random mask, 36.0%"]]), err
    after = rows_of(place)
    assert after.items() >= known.items()
    assert ("ticket", "2", "rank_correlation", "all", "", "random mask") in after
    assert "a random mask of its size" in " ".join(out.split())

    # Fewer pictures are another look, which stands by itself and is hidden where it says no more.
    status, _, err = look("one", "--pictures=8", "--gallery=0", "--no_faithfulness")
    assert status == 0, err
    assert rows_of(place) == after
    assert len(list((look.root / "one" / "saliency" / "looks").iterdir())) == 2
    assert [one.folder for one in read_looks(look.root / "one" / "saliency")] == [place]


def test_a_look_that_is_cut_off_loses_nothing(look, monkeypatch):
    shutil.rmtree(look.root / "one" / "saliency")
    real = look_module.Progress.__call__

    def cut(self, name):
        real(self, name)
        if name.startswith("ticket, 36"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(look_module.Progress, "__call__", cut)
        look("one", "--gallery=0", "--controls=none", "--no_faithfulness")
    place = next((look.root / "one" / "saliency" / "looks").iterdir())
    assert {(row["of"], row["level"]) for row in table(place / "pictures.csv")} == {
        ("ticket", "0"), ("ticket", "1"), ("ticket", "2")
    }  # fmt: skip
    before = table(place / "pictures.csv")
    status, out, err = look("one", "--gallery=0", "--controls=none", "--no_faithfulness")
    assert (status, "kept from before" in out) == (0, True), err
    assert table(place / "pictures.csv") == before


def test_the_sample_is_even_and_its_composition_is_printed_kept_and_shown(look):
    status, out, err = look("one", "--gallery=0", "--pictures=10", "--no_faithfulness")
    assert status == 0, err
    assert "10 pictures of 10 groups, 5 real, 5 fake" in " ".join(out.split())
    path = look.root / "one"
    (few,) = (path / "saliency" / "looks").glob("*_10_*")
    assert read_looks(few)[0].figures.pictures_of == {"fake": 5, "real": 5}
    kept = read_looks(few)[0].figures
    assert [(one.method, one.pictures) for one in kept.composition] == [("real", 5), ("fake", 5)]
    assert kept.drawn.startswith("drawn evenly")
    answers = read_run(path).predictions(2)
    drawn = {row["key"] for row in table(few / "pictures.csv")}
    right = [
        (logit > 0) == label
        for key, label, logit in zip(answers.keys, answers.labels, answers.logits, strict=True)
        if key in drawn
    ]
    assert sum(one.right["ticket, 36.0%"] for one in kept.composition) == sum(right)
    assert read_made_from(few)["sample"] == pictures_module.RULE
    shutil.rmtree(next((path / "saliency" / "looks").glob("*_24_*")))
    page = write_report_page([path]).read_text()
    assert "test split (drawn evenly: " in page
    assert ": 5 real, 5 fake; answers: dense " in page


def test_a_run_stays_with_the_sample_that_an_earlier_version_drew(look, monkeypatch):
    argv = "one", "--gallery=0", "--pictures=10", "--controls=none", "--no_faithfulness"
    with monkeypatch.context() as patch:
        patch.setattr(pictures_module, "_all_keep", lambda *_: True)
        look(*argv)
    path = look.root / "one" / "saliency"
    (kept,) = path.glob("looks/*_10_*")
    assert "sample" not in read_made_from(kept)
    shutil.copy(kept / "made_from.json", path)  # where an earlier version kept it
    assert "kept from before" in look(*argv)[1]
    assert "kept from before" not in look(*argv, "--pictures=8")[1]
    assert read_made_from(next(path.glob("looks/*_8_*")))["sample"] == pictures_module.RULE


def test_seeds_of_one_experiment(look, tmp_path):
    out = tmp_path / "both"
    status, _, err = look("one,two", "--levels=2", "--gallery=0", "--no_faithfulness",
                          f"--out={out}")  # fmt: skip
    assert status == 0, err
    (both,) = read_looks(out)
    rows = table(both.folder / "figures.csv")
    seeds = {(row["of"], row["level"]): row["seeds"] for row in rows
             if row["quantity"] == "rank_correlation" and row["by"] == "all"
             and not row["against"]}  # fmt: skip
    assert seeds[("ticket", "2")] == "2"
    assert seeds[(ANOTHER_SEED, "0")] == "1"  # of two runs there is one pair
    assert seeds[("random mask", "2")] == "1"
    assert not [row for row in rows if row["quantity"] == "deletion"]
    one, two = (
        {
            (r["key"], r["of"], r["level"]): r
            for r in table(the_look(look.root / n) / "pictures.csv")
        }
        for n in ("one", "two")
    )
    key = next(iter(one))[0]
    # One seed's dense network is the other's other, and rank correlation is symmetric.
    assert (one[key, ANOTHER_SEED, "0"]["logit"], one[key, ANOTHER_SEED, "0"]["rank_correlation"]
            ) == (two[key, "ticket", "0"]["logit"], two[key, ANOTHER_SEED, "0"]["rank_correlation"]
                  )  # fmt: skip


def test_controls_are_those_of_the_same_run_and_data(look):
    root = look.root
    one, two = read_run(root / "one"), read_run(root / "two")
    assert [found.path.name for found in find_controls(one)] == ["random"]
    assert find_controls(two) == []
    config = json.loads((root / "random" / "config.json").read_text())
    files.write_json(root / "random" / "config.json", {**config, "data_fingerprint": "x"})
    assert find_controls(one) == []
    # Trained on these data, but with the mask that was found on others.
    files.write_json(root / "random" / "config.json", {**config, "source_data_fingerprint": "x"})
    assert find_controls(one) == []


def test_what_is_refused(look, tmp_path):
    def refused(names, *argv):
        status, _, err = look(names, *argv)
        assert status == 2
        return err

    assert "has kept 0, 1, 2" in refused("one", "--levels=7")
    assert "give fake, real or predicted" in refused("one", "--explain=Swap")
    assert "--top must lie" in refused("one", "--top=0")
    assert "--pictures must be 1" in refused("one", "--pictures=0")
    assert "twice" in refused("one,one")
    assert "no dense level" in refused("random")
    assert "no finished control" in refused("one", f"--controls={look.root / 'two'}")
    of_another_level = refused("one", f"--controls={look.root / 'random'}", "--levels=0,1")
    assert "it is a control of level 2, and --levels asks for 0, 1" in of_another_level
    assert "leave out layer" in refused("one", "--method=integrated_gradients", "--layer=bn1")
    assert "no layer named 'nose'" in refused("one", "--layer=nose")
    config = json.loads((look.root / "two" / "config.json").read_text())
    files.write_json(look.root / "two" / "config.json", config | {"image_size": 48})
    assert "image_size is 32 in one and 48 in the other" in refused("one,two")
    files.write_json(look.root / "two" / "config.json", config)
    place = look.root / "two" / "level_01" / "evaluation.json"
    files.write_json(place, json.loads(place.read_text()) | {"sparsity": 0.3})
    assert "level 1 is not the same" in refused("one,two")
    (look.root / "one" / "summary.json").unlink()
    assert "has not ended" in refused("one")


def test_the_answer_that_is_explained():
    assert direction_of(None, None) == direction_of("fake", None) == 1
    assert direction_of("real", None) == -1
    classes = ["real", "Swap", "Blend"]
    assert direction_of(None, classes) == "predicted"
    assert direction_of("Blend", classes) == 2
    assert direction_of("real", classes) == 0
    with pytest.raises(ValueError, match=r"no logit of this run says fake.*real, Swap, Blend"):
        direction_of("fake", classes)
    with pytest.raises(ValueError, match="no class of this run"):
        direction_of("Other", classes)


def test_the_gallery_shows_what_moved_most_and_others_fakes_and_reals():
    keys = np.array([f"k{n:02d}" for n in range(40)])
    labels = np.arange(40) % 2
    measured = Measured(keys, keys, keys, labels, {})
    far = np.linspace(0, 1, 40)
    chosen = choose(measured, far, 8)
    assert len(set(chosen)) == 8
    assert {39, 37} <= set(chosen)  # of the fakes
    assert {38, 36} <= set(chosen)  # of the reals
    assert (labels[chosen] > 0).sum() == 4
    assert sorted(choose(measured, far, 100)) == list(range(40))
    only = Measured(keys, keys, keys, np.ones(40, int), {})
    assert len(set(choose(only, far, 8))) == 8


def test_a_run_looks_at_itself_and_nothing_that_goes_wrong_there_loses_it(
    command, options, tmp_path, monkeypatch, finished_run
):
    (found,) = read_looks(finished_run / "saliency")
    assert found.gallery.pictures
    assert not [row for row in found.figures.rows if row.quantity == "deletion"]

    def broken(*_):
        raise RuntimeError("no room")

    monkeypatch.setattr(look_module, "look", broken)
    status, out, err = command(*options, "--rounds=0", f"--run_dir={tmp_path / 'run'}")
    assert status == 0, err
    assert "WARNING no maps of where the networks look: no room" in out
    assert (tmp_path / "run" / "report.html").is_file()
    assert read_looks(tmp_path / "run" / "saliency") == []
    before = json.loads((tmp_path / "run" / "summary.json").read_text())
    assert before["levels"]


@pytest.mark.parametrize("classes", [("real", "fake"), ("fake",)])
def test_a_set_for_testing_only_is_looked_at(call, runs, pictures, tmp_path, classes):
    for name in classes:
        shutil.copytree(pictures / "test" / name, tmp_path / "seen" / "test" / name)
    run = shutil.copytree(runs / "one", tmp_path / "one")
    argv = f"--run={run}", f"--dataset={tmp_path / 'seen'}", f"--data_dir={tmp_path / 'data'}"
    status, out, err = call(saliency, *argv, "--gallery=2", "--no_faithfulness", "--levels=2")
    assert status == 0, err
    count = 12 * len(classes)
    assert f"{count} pictures of {count} groups" in " ".join(out.split())
    kept = next(one for one in read_looks(run / "saliency") if one.figures.data_name == "seen")
    whole = [row for row in kept.figures.rows if row.by == "all"]
    assert {row.n for row in whole if row.quantity == "empty"} == {count}
