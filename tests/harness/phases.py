"""The phases of a command, by the functions that do them, and a signal in one of them."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

PLACES = {
    "preparing": ("experiments.imp:_open", "experiments.study.work:refuse_data"),
    "training": ("jaxticket.training.loop:OneByOne.answer",
                 "jaxticket.parallel.joint:Joint.dispatch"),
    "checkpoint": ("jaxticket.runs.checkpoints:Partial._write",
                   "jaxticket.runs.folder:save_weights"),
    "evaluation": ("jaxticket.lottery.imp:keep_level", "jaxticket.lottery.level:_validate"),
    "maps": ("experiments.imp:look_after_run",),
    "report": ("experiments.imp:finish", "experiments.imp:refresh"),
    "tables": ("experiments.paper:find", "experiments.paper:write_tables",
               "experiments.paper:write_report_page"),
    "workers": ("experiments.cells.side_by_side:_Leader._take",),
    "reading": ("data_prep.folder.prepare:prepare_pictures",),
    "writing": ("data_prep.prepared.records:_write_split",),
    "card": ("data_prep.prepared.write_once:verify",),
}  # fmt: skip
"""Phase -> `module:function` or `module:class.method`, as it is looked up where it is called."""


@dataclass(frozen=True)
class Moment:
    """When which signal comes.

    Attributes:
        phase: in which.
        entry: how often the phase was entered by then, from 1.
        share: of its usual duration that has passed since; in [0, 1).
        number: of the signal.
        process: which of several gets it.
    """

    phase: str
    entry: int
    share: float
    number: signal.Signals
    process: int = 0

    def __str__(self) -> str:
        """Return it in words."""
        whom = f" of process {self.process}" if self.process else ""
        return f"{self.number.name} {self.share:.0%} into {self.phase} {self.entry}{whom}"


class Usual(NamedTuple):
    """How often a phase is entered by a command that nobody ends, and for how many seconds."""

    entries: int
    seconds: float


class Watch:
    """Follows the phases of a process, measures them, and sends a signal at a moment."""

    def __init__(
        self, moment: Moment | None, usual: Mapping[str, Usual], process: int | None = None
    ):
        """Watch what is imported from here on; the signal is for this process, or another."""
        self._seconds: dict[str, list[float]] = {}
        self._moment, self._usual = moment, usual
        self._process = os.getpid() if process is None else process
        self._entries: Counter[str] = Counter()

    def follow(self, phases: tuple[str, ...]) -> None:
        """Follow phases, in whatever of their places there is."""
        for phase in phases:
            for place in PLACES[phase]:
                module, _, name = place.partition(":")
                holder: Any = import_module(module)
                *path, name = name.split(".")
                for part in path:
                    holder = getattr(holder, part)
                setattr(holder, name, self._followed(getattr(holder, name), phase))

    def measured(self) -> dict[str, Usual]:
        """Return how the phases were that were entered."""
        return {
            phase: Usual(len(times), sum(times) / len(times))
            for phase, times in self._seconds.items()
        }

    def _followed(self, real: Callable[..., Any], phase: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._enter(phase)
            begin = time.perf_counter()
            try:
                return real(*arguments, **options)
            finally:
                self._seconds.setdefault(phase, []).append(time.perf_counter() - begin)

        return call

    def _enter(self, phase: str) -> None:
        self._entries[phase] += 1
        moment = self._moment
        if moment and (phase, self._entries[phase]) == (moment.phase, moment.entry):
            delay = moment.share * self._usual[phase].seconds
            timer = threading.Timer(delay, os.kill, (self._process, moment.number))
            timer.daemon = True
            timer.start()
