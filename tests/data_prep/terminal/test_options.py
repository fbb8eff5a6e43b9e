from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import tyro

from data_prep.terminal.options import REGISTRY, rename


@dataclass(frozen=True)
class Config:
    runs: tuple[Path, ...] = ()
    names: tuple[str, ...] = ("a", "b")
    shares: tuple[float, ...] | None = None
    levels: tuple[int, ...] | None = (1,)
    epochs: int | None = 3
    metric: Literal["auc", "eer"] | None = "auc"
    out: Path | None = Path("out")


def read(*argv):
    return tyro.cli(Config, args=argv, registry=REGISTRY, use_underscores=True)


def test_lists_take_commas_and_spaces():
    assert read("--runs=a,b/c").runs == (Path("a"), Path("b/c"))
    assert read("--shares=0.5,1e-3").shares == (0.5, 0.001)
    assert read("--levels", "0", "2,3").levels == (0, 2, 3)


def test_none_is_the_empty_list_or_no_choice():
    found = read(*(f"--{name}=none" for name in vars(Config())))
    assert found == Config((), (), None, None, None, None, None)
    assert read("--levels=all").levels is None
    assert read("--epochs=None").epochs is None


def test_values_are_of_their_type():
    found = read("--epochs=7", "--metric=eer", "--out=x")
    assert (found.epochs, found.metric, found.out) == (7, "eer", Path("x"))


@pytest.mark.parametrize("argument", ["--shares=a", "--levels=1.5", "--metric=f1", "--names"])
def test_others_are_refused(argument, capsys):
    with pytest.raises(SystemExit):
        read(argument)
    assert argument.split("=")[0].strip("-") in capsys.readouterr().err


def test_help_says_what_may_be_typed(capsys):
    with pytest.raises(SystemExit):
        read("--help")
    said = capsys.readouterr().out
    for text in ("--runs PATH,PATH,...", "(default: a,b)", "--epochs INT|none", "F,F,...|none"):
        assert text in said


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--size=8", "--x", "y"], ["--image_size=8", "--x", "y"]),
        (["--size", "8"], ["--image_size", "8"]),
        (["a", "b", "--x=1"], ["--x=1", "--run", "a", "b"]),
        (["--x", "value", "a"], ["--x", "value", "--run", "a"]),
        (["--x=--size"], ["--x=--size"]),
        (["-h"], ["-h"]),
    ],
)
def test_earlier_names_are_still_taken(argv, words):
    assert rename(argv, {"size": "image_size", "": "run"}) == words


def test_a_word_alone_is_refused_where_there_was_none():
    assert rename(["a", "--run-dir=b"], {"ticket": "run"}) == ["a", "--run-dir=b"]


@pytest.mark.parametrize("argv", [["--data_dir=d", "--x=1"], ["--data-dir", "d", "--x=1"]])
def test_what_is_needed_no_more_is_left_out_with_a_note(argv, capsys):
    assert rename(argv, {"data_dir": None}) == ["--x=1"]
    assert "is not needed any more" in capsys.readouterr().err
