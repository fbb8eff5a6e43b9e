import io
from dataclasses import replace

import pytest
from rich.console import Console

from experiments.coverage import Config, false_claims, main, measure
from experiments.measuring.simulated_logits import WORLDS, World

SMALL = Config(worlds=("typical",), seeds=(1, 2), groups=(10,), frames=2, repeats=3)


def test_a_cell_is_the_same_again():
    once, again = (measure(SMALL, WORLDS["typical"], 2, 10) for _ in range(2))
    assert once == again
    assert len(once) == 4


def test_the_table_is_markdown():
    text = io.StringIO()
    main(SMALL, Console(file=text, width=200))
    lines = [line for line in text.getvalue().splitlines() if line.startswith("|")]
    assert lines[0].startswith("| seeds | groups | accuracy | accuracy difference | auc |")
    assert len(lines) == 4
    assert lines[2].startswith("| 1 | 10 | ")
    assert all(line.count("|") == 7 for line in lines)


@pytest.mark.parametrize(
    "wrong", [{"worlds": ("flat",)}, {"seeds": (0,)}, {"groups": (2,)}, {"repeats": 1}]
)
def test_what_cannot_be_simulated_is_refused(wrong):
    with pytest.raises(ValueError, match=r"unknown world|the least"):
        main(replace(SMALL, **wrong), Console(file=io.StringIO()))


def test_false_claims_are_counted_at_the_loss_itself():
    # Independent frames, each its own group: the claim is then about as frequent as promised,
    # and would never be made at a threshold of 0 instead.
    still = World(2.0, 1.0, video=0, own=0, shift=0, skill=0, video_and_seed=0, frame=0, noise=1.0)
    config = Config(frames=1, repeats=300)
    found = false_claims(config, "accuracy", still, 1, 100)
    assert 0 < found.share < 0.08
    assert found.error == pytest.approx((found.share * (1 - found.share) / 300) ** 0.5)
    assert found.width > 0


def test_the_table_of_false_claims_is_markdown():
    text = io.StringIO()
    config = replace(SMALL, margins=True, metrics=("auc",), dense=(0.9,))
    main(config, Console(file=text, width=200))
    assert "loss is 0.01, nominal 2.5%" in text.getvalue()
    lines = [line for line in text.getvalue().splitlines() if line.startswith("|")]
    assert lines[0] == "| seeds | groups | 0.9 |"
    assert [line.split("|")[1].strip() for line in lines[2:]] == ["1", "2"]
    assert all(line.count("±") == 1 for line in lines[2:])


def test_a_metric_without_a_margin_has_no_false_claims():
    config = replace(SMALL, margins=True, metrics=("eer",))
    with pytest.raises(ValueError, match="eer has no default margin"):
        main(config, Console(file=io.StringIO()))


def test_the_tables_of_bounds_are_markdown():
    text = io.StringIO()
    config = replace(SMALL, bounds=True, validation_groups=(40,), rates=(0.05, 0.2))
    main(config, Console(file=text, width=400))
    lines = [line for line in text.getvalue().splitlines() if line.startswith("|")]
    assert lines[0].startswith("| of | groups | rate | false alarms | misses | both | open |")
    assert len(lines) == (2 + 4 * 2) + (2 + 2) + (2 + 5)
    assert lines[2].startswith("| frames | 40 | 5% | no bound | no bound | no bound |  |")
    assert "±" in lines[3].split("|")[4]
    assert lines[10].startswith("| of | groups | true | validation | test |")
    assert lines[14] == "| frames | 0 | 0.5 | 0.9 | 0.97 | 0.99 |"


def test_too_few_validation_groups_are_refused():
    config = replace(SMALL, bounds=True, validation_groups=(19,))
    with pytest.raises(ValueError, match="20 validation groups"):
        main(config, Console(file=io.StringIO()))
