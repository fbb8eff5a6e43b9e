"""Whether a run on a disk that is full says so, and goes on once there is room.

    sudo unshare --mount python -m tests.harness.full_disk

A small disk in memory is filled by a run at one kind of write after the other: each time it gets a
little more room. It takes the right to mount.
"""

import tests.conftest  # isort: skip  # names the folder of compiled programs before JAX is there

import subprocess
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import tyro

from data_prep.folder import prepare_folder
from tests.harness.starts import in_child, start
from tests.harness.world import subjects


@dataclass(frozen=True)
class Config:
    """What is tried.

    Attributes:
        first: KiB that the disk begins with.
        more: KiB that it gets each time that it is full.
    """

    first: int = 1100
    more: int = 40


def main(config: Config) -> None:
    """Fill the disk until a run has room, and say what could not be written."""
    with tempfile.TemporaryDirectory(prefix="jaxticket-full-") as folder:
        root = Path(folder)
        tests.conftest.draw_pictures(root / "noise")
        known, disk, said = root / "data", root / "disk", root / "said"
        end = in_child(lambda: prepare_folder(root / "noise", known), said)
        assert end.status == 0, end
        prepared = next(known.rglob("data_card.json")).parent
        subject = subjects(root / "noise", prepared)["run"]
        disk.mkdir()
        _mount("-t", "tmpfs", "-o", f"size={config.first}k", "none", str(disk))
        try:
            full: Counter[str] = Counter()
            size = config.first
            while in_child(lambda: start("imp", subject.options(disk / "run")), said).status != 0:
                text = said.read_text(errors="replace").strip().splitlines()
                assert "the disk is full" in text[-1], text[-5:]
                assert not any("Traceback" in line for line in text), text
                full[text[-1].partition("full: ")[2].partition(" cannot")[0]] += 1
                size += config.more
                _mount("-o", f"remount,size={size}k", str(disk))
            whole = root / "whole"
            assert in_child(lambda: start("imp", subject.options(whole)), said).status == 0
            subject.same(disk / "run", whole)
        finally:
            subprocess.run(["umount", str(disk)], check=True)
    for name, times in full.items():
        print(f"{times:4} {name}")
    print(f"{full.total()} times full, each with its sentence; then the same end, byte for byte")


def _mount(*options: str) -> None:
    subprocess.run(["mount", *options], check=True)


if __name__ == "__main__":
    main(tyro.cli(Config))
