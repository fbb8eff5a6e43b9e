"""Rot: each kind of file of a run folder, damaged in each way, then read and gone on with.

    python -m tests.harness.rot --times=20 --commands=1

A small run with a second seed, controls, maps, costs, a calibration and an evaluation is made.
Whatever is damaged in it, in its second seed or in a control, who reads that must be told the file,
or come to the same result; so must `verify`, the report, and the same command once more. A row of
the table is a kind of file, printed when it is done. A flipped bit or a cut lies in the middle, and
at other places drawn by a seed.
"""

import tests.conftest  # isort: skip  # names the folder of compiled programs before JAX is there

import contextlib
import html
import io
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tyro

from data_prep.folder import prepare_folder
from experiments.terminal.start import start
from experiments.verifying.run import run_parts
from tests.harness.rotting import (
    ADDITIONS,
    WAYS,
    Read,
    damage,
    kinds,
    names,
    outcome,
    page_reads,
    put_back,
    reads,
    state,
    wrong,
)
from tests.harness.world import TINY
from tests.resumption import assert_same_results

RUN, SEED, CONTROL = "seed0", "seed1", "seed0-reinit-level1"
"""Of the family: whose files are damaged."""
BESIDE = re.compile(r"\*/(evaluation\.json|predictions_test)|(config|summary)\.json|metrics\.")
"""What is read of the other runs of a family."""
WRITTEN_ANEW = (
    "accuracy.png", "lock", "report.html", "report.md", "share.html", "summary.csv",
    "data_sets.json", "efficiency.csv", "efficiency.md", "figures.csv", "frontier.png",
    "reliability.png",
)  # fmt: skip
"""Files that no result is read from: each command writes them again, or can do without."""
NO_RESULT = re.compile(r"tensorboard/|(\*/checkpoint|init|rewind)/")
UNFINISHED = f"{RUN} is not finished"
BAD = "BAD"
ENDS = ("told", "same", "never made", BAD)


@dataclass(frozen=True)
class Config:
    """What is tried.

    Attributes:
        times: flips and cuts of each kind of file.
        commands: of each kind and way, how often the report and the same command are called too.
        only: a regular expression: the kinds of file.
        seed: of what is drawn.
    """

    times: int = 1
    commands: int = 0
    only: str = ""
    seed: int = 0


class Family:
    """Finished runs of two seeds with controls, and the commands that go on with them."""

    def __init__(self, root: Path):
        """Make them, below a folder."""
        tests.conftest.draw_pictures(root / "noise")
        prepared = prepare_folder(root / "noise", root / "data")
        self.folder, self._whole = root / "runs", root / "whole"
        self.run = self.folder / RUN
        data = (f"--dataset={prepared}", f"--data_dir={root / 'data'}")
        alone = (*TINY, "--rewind=step:2", *data)
        several = (*alone, "--seeds=0,1", "--controls=reinit", f"--run_dir={self.folder}")
        self._again = {
            RUN: ("imp", *alone, f"--run_dir={self.run}"), SEED: ("imp", *several),
            CONTROL: ("imp", *several),
        }  # fmt: skip
        of_run = f"--run={self.run}"
        for words in (
            ("imp", *several),
            ("calibrate", of_run),
            ("evaluate", of_run, "--corruptions=blur:1", data[1]),
            ("efficiency", of_run, "--engines=xla", "--batches=1", "--threads=1", "--rounds=3",
             "--pictures=4", data[1]),
            self._again[RUN],
            ("report", str(self.run)),
        ):  # fmt: skip
            status, said = command(*words)
            assert status == 0, said
        shutil.copytree(self.folder, self._whole)
        self._shown = shown(self.run)
        self._page = page_reads(self.run)["page"]()

    def put_back(self) -> None:
        """Have all files as they were."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._whole, self.folder)

    def report(self, file: Path) -> str:
        """Write the report and the page; return how that went where a file is damaged."""
        return self._outcome(file, command("report", str(self.run)))

    def again(self, name: str, file: Path) -> str:
        """Give the command that made a run again; return how that went likewise."""
        whole = self._whole / file.relative_to(self.folder)
        damaged = state(file)
        how = self._outcome(file, command(*self._again[name]))
        page = page_reads(self.run)["page"]
        if (
            how.startswith("other")
            and outcome(page, self._page, file, self.folder / name) == "same"
        ):
            how = "same"  # but for how long it took
        if how == "same":
            if state(file) == damaged:  # it was not needed
                put_back(file, whole.read_bytes())
            try:
                assert_same_results(self._whole / name, self.folder / name)
            except AssertionError as error:
                return f"other results: {error!s:.300}"
        return how

    def _outcome(self, file: Path, ended: tuple[int | str, str]) -> str:
        status, said = ended
        if UNFINISHED in text_of(self.run / "report.html"):
            said += f"{self.run}, summary.json: {UNFINISHED}"
        if "Traceback" in said:
            return f"traceback: {said[-900:]}"
        page = html.unescape(text_of(self.run / "report.html"))
        said += "".join(re.findall(r"[^<>]*is (?:damaged|missing|left out)[^<>]*", page))
        if names(said, file, self.folder / file.relative_to(self.folder).parts[0]):
            return "told"
        if status != 0:
            return f"unnamed, status {status}: {said[-600:]}"
        now = shown(self.run)
        other = [name for name, text in self._shown.items() if now[name] != text]
        return f"other {', '.join(other)}" if other else "same"


def command(name: str, *options: str) -> tuple[int | str, str]:
    """Call a command of `experiments` in this process; return its status and what it said."""
    said, status = io.StringIO(), 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            start(name, options)
        except SystemExit as end:
            status = end.code or 0
    return status, said.getvalue()


def shown(run: Path) -> dict[str, str]:
    """Return what a run's report and page show, but for durations and when they were written."""
    texts = {name: text_of(run / name) for name in ("report.md", "report.html")}
    time = r"\d[\d.,]*\s*(?:s|ms|min|h)\b|\d+-\d\d-\d\d \d\d:\d\d:\d\d|data:image/png;base64,[^\"]+"
    place = r"--dataset=\S+"  # by data_sets.json, or else by its name
    return {name: re.sub(f"{time}|{place}", "", text) for name, text in texts.items()}


def text_of(file: Path) -> str:
    """Return the text of a file, "" where there is none."""
    return file.read_text() if file.is_file() else ""


def noticed(run: Path, file: Path) -> str:
    """Return whether verify tells of a file: `told`, or `unseen`."""
    bad = [part for part in run_parts(run) if not part.good]
    named = any(part.path in (file, *file.parents) or str(file) in part.said for part in bad)
    return "told" if named else "unseen"


def attempt(
    run: Path,
    file: Path,
    way: str,
    found: Mapping[str, Read],
    before: Mapping[str, Any],
    draw: random.Random | None = None,
) -> dict[str, str]:
    """Damage a file of a run, read what depends on it, verify, put it back; return how it went."""
    content = file.read_bytes()
    damage(file, way, draw)
    try:
        ways = {name: outcome(read, before[name], file, run) for name, read in found.items()}
        return ways | {"verify": noticed(run, file)}
    finally:
        put_back(file, content)


def called(
    family: Family, name: str, file: Path, way: str, draw: random.Random | None
) -> dict[str, str]:
    """Damage a file and do what a user does; return how that went. All files are put back."""
    damage(file, way, draw)
    try:
        report = family.report(file)
        family.put_back()
        damage(file, way, draw)
        return {"report": report, "again": family.again(name, file)}
    finally:
        family.put_back()


def is_lost(kind: str, way: str, found: Mapping[str, str]) -> bool:
    """Return whether nothing tells that a file was cut, emptied, removed or replaced.

    Of a checkpoint it is the content that counts, which was read and is whole.
    """
    needless = kind.rpartition("/")[2] in WRITTEN_ANEW or bool(NO_RESULT.match(kind))
    return not needless and way != "flip" and set(found.values()) == {"same", "unseen"}


def try_kind(
    family: Family, name: str, kind: str, members: list[Path], config: Config
) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Damage files of a kind in every way; return how often what came of it, and what is wrong."""
    run, counts, failures = family.folder / name, Counter[tuple[str, str]](), []
    draw = random.Random(f"{config.seed} {name} {kind}")
    page = page_reads(family.run)
    for way in WAYS:
        for time in range(config.times if way in ("flip", "cut") else 1):
            file = draw.choice(members)
            found = page if name != RUN else reads(run, file)
            before = {one: read() for one, read in found.items()}
            place = random.Random(draw.random()) if time else None
            drawn = place.getstate() if place else None
            how = attempt(run, file, way, found, before, place)
            if time < config.commands:
                if place is not None and drawn is not None:
                    place.setstate(drawn)
                how |= called(family, name, file, way, place)
            gone = way == "remove" and bool(ADDITIONS.match(file.relative_to(run).as_posix()))
            bad = wrong(how, gone=gone)
            if is_lost(kind, way, how):
                bad["verify"] = "unseen"
            told = "told" in how.values()
            never = gone and any(one.startswith("other") for one in how.values())
            what = BAD if bad else "told" if told else "never made" if never else "same"
            counts[way, what] += 1
            failures += [f"{name}/{kind} {way} {one}: {what}" for one, what in bad.items()]
    return counts, failures


def row(label: str, counts: Counter[tuple[str, str]]) -> str:
    """Return a row of the table: a column a way, how often what happened."""
    cells = []
    for way in WAYS:
        cells.append(", ".join(f"{counts[way, what]} {what}" for what in ENDS if counts[way, what]))
    return f"| `{label}` | " + " | ".join(cells) + " |"


def main(config: Config) -> None:
    """Try all, and print a row a kind; the status is 1 where something is wrong."""
    everything, failed = Counter[tuple[str, str]](), 0
    say: Callable[[str], None] = lambda line: print(line, flush=True)  # noqa: E731
    with tempfile.TemporaryDirectory(prefix="jaxticket-rot-") as folder:
        family = Family(Path(folder).resolve())
        say("| file | " + " | ".join(WAYS) + " |\n|---|" + "---|" * len(WAYS))
        rows = 0
        for name in (RUN, SEED, CONTROL):
            for kind, members in kinds(family.folder / name).items():
                label = kind if name == RUN else f"{name}/{kind}"
                if re.search(config.only, label) and (name == RUN or BESIDE.match(kind)):
                    counts, failures = try_kind(family, name, kind, members, config)
                    say(row(label, counts))
                    for line in failures:
                        say(f"WRONG {line}")
                    everything += counts
                    failed += counts_of(counts, BAD)
                    rows += 1
    ends = ", ".join(f"{counts_of(everything, what)} {what}" for what in ENDS)
    say(f"\n{rows} kinds of file, {everything.total()} tried: {ends}")
    raise SystemExit(failed > 0)


def counts_of(counts: Counter[tuple[str, str]], what: str) -> int:
    """Return how often something came of it, over all ways."""
    return sum(number for (_, one), number in counts.items() if one == what)


if __name__ == "__main__":
    main(tyro.cli(Config))
