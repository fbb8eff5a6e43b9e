"""What bash and zsh offer after `jaxticket ...`, asked of the shells themselves."""

import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

import data_prep
import experiments
from data_prep.terminal.commands import commands
from data_prep.terminal.options import parse
from experiments.terminal.completion import FILES, options, script, subcommands

EXPERIMENTS = {
    one.name: import_module(f"experiments.options.{one.name}").Config
    for one in commands(Path(experiments.__path__[0]))
}
SUBCOMMANDS = {
    f"{name} {member}": part
    for name, config in EXPERIMENTS.items()
    for member, part in subcommands(config).items()
}
PREPARATIONS = {
    one.name: import_module(one.module).Config for one in commands(Path(data_prep.__path__[0]))
}


@pytest.fixture(scope="module", params=["bash", "zsh"])
def offered(request, tmp_path_factory):
    """Return what a shell offers after words of a command line, in a folder with two runs."""
    shell, folder = request.param, tmp_path_factory.mktemp("here")
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")
    for name in ("runs/one", "runs/other"):
        (folder / name).mkdir(parents=True)
    (folder / "script").write_text(script(EXPERIMENTS, PREPARATIONS, shell))

    def offered(*words: str) -> set[str]:
        if shell == "bash":  # which parts words at "="
            words = tuple(part for word in words for part in re.split("(=)(?=.)", word))
        ask = 'COMP_WORDS=(jaxticket "$@"); COMP_CWORD=$#; _jaxticket; printf "%s\\n" '
        code = f'. ./script; ask() {{ {ask} "${{COMPREPLY[@]}}"; }}; ask "$@"'
        if shell == "zsh":
            code = code.replace("ask() {", "ask() { emulate -L sh;")
        argv = [shell, *(["-f"] if shell == "zsh" else ["--norc"]), "-c", code, shell, *words]
        done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=True)
        assert not done.stderr
        return {line.removeprefix("--task=") for line in done.stdout.splitlines() if line}

    return offered


def test_commands(offered):
    assert offered("im") == {"imp "}
    assert {"imp ", "control ", "prepare ", "--version "} <= offered("")
    assert offered("prepare", "face") == {"faceforensics "}
    assert offered("ticket", "ver") == {"verify "}


def test_options(offered):
    assert offered("imp", "--task", "method", "--prune") == {
        "--prune_fraction=", "--prune_output "
    }  # fmt: skip
    assert "--no_prune_output " in offered("imp", "--no")
    assert "--layout=" in offered("prepare", "synthetic", "--")
    assert "--groups.seed=" in offered("prepare", "synthetic", "--groups.")
    assert offered("nothing", "--") == set()
    assert offered("ticket", "verify", "--") == {"--rewind=", "--json ", "--no_json ", "--help "}


def test_values(offered):
    assert offered("imp", "--task=me") == {"method "}
    assert offered("imp", "--task", "") == {"real_or_fake ", "method "}
    assert offered("imp", "--seed", "") == set()
    assert "--seed=" in offered("imp", "--prune_output", "")


def test_paths(offered):
    assert offered("imp", "--dense", "ru") == {"runs/"}
    assert offered("ticket", "show", "ru") == {"runs/"}
    assert offered("saliency", "--run", "runs/one,runs/o") == {
        "runs/one,runs/one/", "runs/one,runs/other/"
    }  # fmt: skip


@pytest.mark.parametrize("name", sorted({*EXPERIMENTS, *SUBCOMMANDS, *PREPARATIONS} - {"ticket"}))
def test_what_is_offered_is_what_help_shows(name, capsys):
    config = (EXPERIMENTS | SUBCOMMANDS | PREPARATIONS)[name]
    with pytest.raises(SystemExit):
        parse(config, ["--help"])
    shown = set(re.findall(r"--[a-z][\w.]*", capsys.readouterr().out.partition("--help")[2]))
    assert {option for option, _ in options(config)} - {FILES} <= shown
