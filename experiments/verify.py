"""Is it still what was written? A run, a study, a prepared set or a ticket, or a folder of them.

    python -m experiments.verify runs/imp_resnet18_synthetic_ff_01234567
    python -m experiments.verify DATA/picture_folder/faces-0123456789ab/1.0.0
    python -m experiments.verify ticket.safetensors --json
    python -m experiments.verify runs/study
    python -m experiments.verify runs

Every file and checkpoint is held to the SHA-256 that was kept with it, and the parts to each other:
predictions give the evaluation again, layers have the weights of the masks. Of what is damaged or
missing it says what is lost and what to do. Nothing is changed. The status is 1 where something is
wrong.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("verify")  # here, since help needs no more imports

import json
import os
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from data_prep.prepared.card import CARD_FILE
from data_prep.schema import INFO_FILE
from experiments.options.verify import Config
from experiments.verifying.parts import Part
from experiments.verifying.prepared import set_parts
from experiments.verifying.run import run_parts
from experiments.verifying.study import study_parts
from experiments.verifying.ticket import ticket_parts
from jaxticket.text import count_text, printable

DEPTH = 3
"""Folders below the one that is named in which runs and sets are looked for."""
OF_RUN = ("config.json", "executed_steps", "level_00")
OF_SET = (INFO_FILE, CARD_FILE)


def main(config: Config, console: Console) -> None:
    """Say of each part how it is, a line each.

    Raises:
        FileNotFoundError: there is no such path, or nothing of the kind below it.
        SystemExit: something is wrong, with status 1.
    """
    if not config.path.exists():
        raise FileNotFoundError(f"{config.path} is not there")
    found = []
    for part in parts_of(config.path, DEPTH):
        found.append(part)
        if not config.json:
            console.print(f"{part.state:10}{printable(str(part.path))}  {printable(part.said)}")
    if not found:
        raise FileNotFoundError(
            f"{config.path} is neither a run, a prepared set nor a ticket, and holds none"
        )
    wrong = [part for part in found if not part.good]
    if config.json:
        parts = [{"path": str(part.path), "state": part.state, "said": part.said} for part in found]
        print(json.dumps({"path": str(config.path), "whole": not wrong, "parts": parts}))
    else:
        console.print(f"{count_text(len(found), 'part')}, {len(wrong)} damaged or missing")
    if wrong:
        raise SystemExit(1)


def parts_of(path: Path, depth: int) -> Iterator[Part]:
    """Yield the parts of all that is at a path, or in folders so far below it."""
    if path.is_file():
        yield from ticket_parts(path)
    elif any(os.path.lexists(path / name) for name in OF_RUN):
        yield from run_parts(path)
    elif any((path / name).is_file() for name in OF_SET):
        yield from set_parts(path)
    elif depth:
        yield from study_parts(path)
        for below in sorted(path.iterdir()):
            if below.is_dir() and not below.is_symlink() and not below.name.startswith("."):
                yield from parts_of(below, depth - 1)
            elif below.name.endswith(".safetensors") and ".rewind." not in below.name:
                yield from ticket_parts(below)
