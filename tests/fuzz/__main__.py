"""Files that are almost right, by the hundred thousand: `python -m tests.fuzz --inputs=100000`."""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz.attempt import Tried
from tests.fuzz.readers import READERS

ROUNDS = 25
"""In which all readers are tried, each with a share of its inputs."""


def main() -> int:
    """Print a line for each reader, save what failed, and return 1 where anything did."""
    options = _options()
    names = options.readers.split(",") if options.readers else sorted(READERS)
    names = [name for name in names if _is_there(READERS[name].needs)]
    shares = {name: 1 / READERS[name].cost for name in names}
    whole = sum(shares.values())
    wanted = {name: max(1, round(options.inputs * shares[name] / whole)) for name in names}
    tried = {name: Tried() for name in names}
    end = time.monotonic() + 60 * options.minutes
    number = options.seed
    while left := [name for name in names if tried[name].inputs < wanted[name]]:
        work = [(name, 1 + wanted[name] // ROUNDS, number + turn) for turn in range(ROUNDS)
                for name in left]  # fmt: skip
        number += ROUNDS
        if not _work(work, tried, end):
            break
    _save(tried, options.keep)
    print(_table(tried))
    return int(any(each.failures for each in tried.values()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many, of all readers")
    parser.add_argument("--readers", default="", help=f"of {', '.join(sorted(READERS))}; all")
    parser.add_argument("--seed", type=int, default=0, help="the same seed is the same inputs")
    parser.add_argument("--minutes", type=float, default=1e6, help="after which it ends early")
    parser.add_argument("--keep", type=Path, default=Path("fuzz_failures"),
                        help="folder for inputs that failed")  # fmt: skip
    return parser.parse_args()


def _is_there(library: str) -> bool:
    return not library or importlib.util.find_spec(library) is not None


def _work(work: list[tuple[str, int, int]], tried: dict[str, Tried], end: float) -> bool:
    """Let a process try readers; an input that ends it is a failure. False after the end."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        command = [sys.executable, "-m", "tests.fuzz.worker", json.dumps(work), folder]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        name = ""
        for line in process.stdout:
            name, *found = json.loads(line)
            tried[name].put(*found)
            if time.monotonic() > end:
                process.kill()
                process.wait()
                return False
        if status := process.wait():
            if not name:
                raise SystemExit("python -m tests.fuzz.worker does not start")
            newest = max(Path(folder).rglob("*"), key=lambda path: path.stat().st_mtime_ns)
            content = newest.read_bytes() if newest.is_file() else b""
            tried[name].add(f"the process ended with {status}", content)
    return True


def _save(tried: dict[str, Tried], keep: Path) -> None:
    for name, each in tried.items():
        for place, (said, (content, _)) in enumerate(sorted(each.failures.items())):
            keep.mkdir(parents=True, exist_ok=True)
            stem = f"{name.replace(' ', '_')}_{place}"
            (keep / stem).write_bytes(content)
            (keep / f"{stem}.txt").write_text(f"{said}\n")


def _table(tried: dict[str, Tried]) -> str:
    rows = [(name, each.inputs, each.read, each.refused, each.failed)
            for name, each in tried.items()]  # fmt: skip
    rows.append(("all", *(sum(row[at] for row in rows) for at in range(1, 5))))
    lines = ["| reader | inputs | read | refused | failures |", "|---|---|---|---|---|"]
    lines += [f"| {name} | {' | '.join(f'{n:,}' for n in counts)} |" for name, *counts in rows]
    said = [f"{name}: {what} ({count} times)" for name, each in tried.items()
            for what, (_, count) in sorted(each.failures.items())]  # fmt: skip
    return "\n".join([*lines, *said])


if __name__ == "__main__":
    raise SystemExit(main())
