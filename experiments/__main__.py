"""Every experiment and every preparation as one command: `jaxticket NAME [OPTIONS]`."""

import difflib
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import data_prep
import jaxticket  # noqa: F401  found before the working folder is added
from data_prep.terminal.commands import commands, listing
from data_prep.terminal.program import end_with_reader
from data_prep.terminal.program import start as prepare
from experiments.terminal.start import start

HERE = Path(__file__).parent
PREPARATIONS = Path(data_prep.__file__).parent


@end_with_reader()
def main(argv: Sequence[str], prog: str) -> None:
    """Run the command that `argv` begins with; without one, list all.

    Raises:
        SystemExit: the status of the command; 2 where there is no such command.
    """
    name, *rest = argv or ["--help"]
    if name == "--version":
        print(f"jaxticket {_version()}")
    elif name in ("-h", "--help"):
        print(_help(prog))
    elif name == "prepare":
        _prepare(rest, f"{prog} prepare")
    else:
        _refuse_unknown(name, [*(known.name for known in commands(HERE)), "prepare"], prog)
        start(name, rest, f"{prog} {name}")


def _prepare(argv: Sequence[str], prog: str) -> None:
    name, *rest = argv or ["--help"]
    known = commands(PREPARATIONS)
    if name in ("-h", "--help"):
        print(f"usage: {prog} NAME [OPTIONS]; each NAME has its own --help\n")
        print(listing("", known))
        return
    _refuse_unknown(name, [command.name for command in known], prog)
    sys.exit(prepare(name, rest, f"{prog} {name}"))


def _help(prog: str) -> str:
    return "\n".join([
        f"usage: {prog} [--version] NAME [OPTIONS]; each NAME has its own --help",
        "",
        "Lottery tickets in deepfake detectors.",
        "",
        listing("", commands(HERE)),
        "",
        "Data sets:",
        listing("prepare ", commands(PREPARATIONS)),
    ])  # fmt: skip


def _refuse_unknown(name: str, known: Sequence[str], prog: str) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]}?" if near else f": {prog} --help lists them"
        print(f"error: {prog}: there is no command {name!r}{hint}", file=sys.stderr)
        raise SystemExit(2)


def _version() -> str:
    try:
        return version("jaxticket")
    except PackageNotFoundError:
        return "(not installed)"


def entry() -> None:
    """Run the installed command, `jaxticket`."""
    # Last, so that a user's own detector is found there and nothing of ours is taken from there.
    sys.path.append(str(Path.cwd()))
    main(sys.argv[1:], "jaxticket")


if __name__ == "__main__":
    main(sys.argv[1:], "python -m experiments")
