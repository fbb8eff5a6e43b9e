"""The phases of a command, by the functions that do them, and a signal in one of them."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

PLACES = {
    "preparing": ("experiments.imp:_open", "experiments.cells.work:work",
                  "experiments.cells.side_by_side:train_all"),
    "training": ("jaxticket.training.loop:OneByOne.answer",),
    "checkpoint": ("jaxticket.runs.checkpoints:Partial._write",
                   "jaxticket.runs.folder:save_weights"),
    "evaluation": ("jaxticket.lottery.imp:keep_level", "jaxticket.lottery.level:_validate"),
    "maps": ("experiments.imp:look_after_run",),
    "report": ("experiments.imp:finish", "experiments.imp:refresh"),
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
    """

    phase: str
    entry: int
    share: float
    number: signal.Signals


class Watch:
    """Follows the phases of this process, measures them, and sends it a signal at a moment."""

    def __init__(self, moment: Moment | None, seconds: dict[str, float]):
        """Watch what is imported from here on; `seconds` are the phases' usual durations."""
        self.seconds: dict[str, list[float]] = {}
        self._moment, self._usual = moment, seconds
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

    def _followed(self, real: Callable[..., Any], phase: str) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._enter(phase)
            begin = time.perf_counter()
            try:
                return real(*arguments, **options)
            finally:
                self.seconds.setdefault(phase, []).append(time.perf_counter() - begin)

        return call

    def _enter(self, phase: str) -> None:
        self._entries[phase] += 1
        moment = self._moment
        if moment and (phase, self._entries[phase]) == (moment.phase, moment.entry):
            delay = moment.share * self._usual.get(phase, 0.0)
            timer = threading.Timer(delay, os.kill, (os.getpid(), moment.number))
            timer.daemon = True
            timer.start()
