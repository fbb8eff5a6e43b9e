"""The command `jaxticket`, as a wheel installs it, and the lists of `python -m`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

import data_prep
import experiments
from data_prep.terminal.commands import commands
from experiments.__main__ import main
from experiments.measuring.simulated_logits import WORLDS
from experiments.options import coverage, efficiency, saliency
from jaxticket.attention.maps.make import METHODS
from jaxticket.runs.efficiency import ENGINES

ROOT = Path(__file__).parents[2]
EXPERIMENTS, PREPARATIONS = (commands(Path(p.__path__[0])) for p in (experiments, data_prep))


def printed(capsys, *argv: str) -> tuple[object, str, str]:
    """Return the exit status of `jaxticket`, what it printed, and its errors."""
    status = 0
    try:
        main(argv, "jaxticket")
    except SystemExit as end:
        status = end.code
    return status, *capsys.readouterr()


@pytest.mark.parametrize("argv", [(), ("--help",), ("-h",)])
def test_all_commands_are_listed_with_a_line_each(argv, capsys):
    status, out, _ = printed(capsys, *argv)
    assert status == 0
    for command in EXPERIMENTS:
        assert f"  {command.name} " in out
        assert command.line in out
    for command in PREPARATIONS:
        assert f"  prepare {command.name} " in out


def test_every_command_has_a_line_that_ends():
    assert {"imp", "control", "report"} < {command.name for command in EXPERIMENTS}
    assert {"faceforensics", "folder", "probes"} < {command.name for command in PREPARATIONS}
    assert "schema" not in {command.name for command in PREPARATIONS}
    for command in (*EXPERIMENTS, *PREPARATIONS):
        assert command.line.endswith((".", "?")), command


def test_what_there_is_not_is_answered_with_what_is_near(capsys):
    assert printed(capsys, "cotrol") == (
        2, "", "error: jaxticket: there is no command 'cotrol'; did you mean control?\n"
    )  # fmt: skip
    status, _, err = printed(capsys, "prepare", "x")
    assert (status, "jaxticket prepare --help lists them" in err) == (2, True)


@pytest.mark.parametrize("name", [command.name for command in EXPERIMENTS])
def test_usage_is_what_one_types(name, capsys):
    status, out, _ = printed(capsys, name, "--help")
    assert status == 0
    assert out.startswith(f"usage: jaxticket {name} [-h] ")


@pytest.mark.parametrize("name", [command.name for command in PREPARATIONS])
def test_usage_of_a_preparation_is_what_one_types(name, capsys):
    status, out, _ = printed(capsys, "prepare", name, "--help")
    assert status == 0
    assert out.startswith(f"usage: jaxticket prepare {name} [-h] ")


def elsewhere(folder: Path, *argv: str) -> str:
    """Run Python with only our packages installed, and return what it printed."""
    return subprocess.run(
        [sys.executable, *argv], cwd=folder, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ).stdout  # fmt: skip


def test_the_working_folders_packages_are_not_ours(tmp_path):
    for name in ("experiments", "data_prep", "jaxticket"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong package')")
    # As a console script does it, without the working folder on the path.
    script = "from experiments.__main__ import entry; entry()"
    assert "imp " in elsewhere(tmp_path, "-P", "-c", script)


@pytest.mark.parametrize("package", ["jaxticket", "data_prep", "experiments"])
def test_packages_list_their_commands(package, tmp_path):
    out = elsewhere(tmp_path, "-m", package)
    assert "faceforensics  Prepare" in out
    assert ("Does this detector contain" in out) == (package != "data_prep")


def test_help_imports_nothing_heavy(tmp_path):
    """Help comes at once, since the options are modules of their own."""
    code = f"""
import sys
from experiments.__main__ import main
for name in {[command.name for command in EXPERIMENTS]}:
    try:
        main([name, "--help"], "jaxticket")
    except SystemExit as end:
        assert end.code == 0
main([], "jaxticket")
heavy = {{"jax", "flax", "optax", "numpy", "scipy", "tensorflow_datasets", "cv2", "matplotlib"}}
print("heavy:", sorted(heavy & sys.modules.keys()))
"""
    assert elsewhere(tmp_path, "-P", "-c", code).splitlines()[-1] == "heavy: []"


def test_options_name_what_the_library_knows():
    methods = get_args(get_type_hints(saliency.Config)["method"])
    assert methods == METHODS
    assert coverage.Config().worlds == tuple(WORLDS)
    assert {*efficiency.Config(Path()).engines, "deepsparse"} == set(ENGINES)


def test_the_page_of_commands_names_every_command():
    page = (ROOT / "docs" / "commands.md").read_text()
    for command in EXPERIMENTS:
        assert f"experiments.{command.name}" in page, command
    for command in PREPARATIONS:
        assert f"jaxticket prepare {command.name}" in page, command


@pytest.mark.parametrize("argv", ["experiments -h", "experiments.imp -h", "data_prep.folder -h"])
def test_a_command_whose_reader_has_left_ends_without_a_word(argv):
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", *argv.split()], cwd=ROOT, stdout=writing, stderr=subprocess.PIPE,
        check=False,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_mistake_in_a_preparation_has_the_status_of_any_other(tmp_path, capsys):
    argv = ["prepare", "folder", f"--source={tmp_path}/nope", f"--data_dir={tmp_path}/out"]
    status, _, err = printed(capsys, *argv)
    assert (status, err.startswith("error: ")) == (2, True)
