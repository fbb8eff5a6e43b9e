"""The process that looks at files: options on its first line of input, then a job a line.

    python -m experiments.detecting.serving.worker

It is begun and ended by `process`, and speaks `messages`.
"""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from data_prep.media.containers import BadVideoError
from data_prep.media.headers import read_header
from data_prep.media.pictures import is_picture
from data_prep.media.streaming import Limits as VideoLimits
from experiments.detecting.drawing import drawn
from experiments.detecting.loading import load_scoring
from experiments.detecting.look import look_at
from experiments.detecting.scoring import Scoring
from experiments.detecting.serving.about import about, marks
from experiments.detecting.serving.limits import Limits
from experiments.detecting.serving.messages import Found, Job, Message, Progress, Refused, Unable
from experiments.detecting.serving.options import Options
from experiments.terminal.program import EXPECTED_ERRORS, sentence_of

STEPS = 100
"""The most messages of progress for a file."""
NAME = "the file"
"""What a file is called, on its timeline too: its own name stays in the browser."""
LARGEST = 1600
"""Side of a picture of faces on the page, pixels."""
FRAMES_A_SECOND = 120
"""That a video within the limits may have in the mean."""


def answer(job: Job, scoring: Scoring, tell: Callable[[Message], None]) -> None:
    """Look at a file and tell what was found, and before how far it is."""
    path = Path(job.path)
    seconds = None
    if not is_picture(path):
        try:
            seconds = read_header(path).seconds
        except BadVideoError as error:
            return tell(Refused(415, f"neither a picture nor a video that can be read: {error}"))
        most = scoring.limits.seconds
        if seconds is not None and most is not None and seconds > most:
            why = f"too long: plays for {seconds:.1f} seconds, and at most {most:g} are taken"
            return tell(Refused(422, f"{why}. Cut out the part that is in question"))
    told = 0.0

    def on_look(at: float) -> None:
        nonlocal told
        share = min(1.0, at / seconds) if seconds else None
        if share is None or share - told >= 1 / STEPS:
            told = share or 0.0
            tell(Progress(share))

    looked = look_at(path, scoring, NAME, on_look)
    if looked.finding.error is not None and not looked.finding.faces:
        return tell(Refused(422, looked.finding.error))
    finding, pictures = drawn(looked, scoring, largest=LARGEST)
    ends = [marks(scoring.unit(finding.kind, len(face.looks))) for face in finding.faces]
    tell(Found(finding, ends, pictures))


def within(scoring: Scoring, limits: Limits) -> Scoring:
    """Return the same, which refuses what is beyond the limits."""
    seconds = limits.video_seconds
    return replace(
        scoring,
        max_pixels=limits.pixels,
        limits=VideoLimits(limits.pixels, int(seconds * FRAMES_A_SECOND), seconds),
    )


def work(lines: BinaryIO, out: BinaryIO) -> None:
    """Answer jobs until their input ends, which ends this process.

    Args:
        lines: the options, then jobs.
        out: takes messages.
    """

    def tell(message: Message) -> None:
        out.write(msgspec.json.encode(message) + b"\n")
        out.flush()

    jobs: SimpleQueue[bytes] = SimpleQueue()
    # Read beside the work: the end of input is the end of who asked, and of this process.
    threading.Thread(target=_read, args=(lines, jobs), daemon=True).start()
    options = Options.of_line(jobs.get())
    try:
        scoring = within(load_scoring(options.config), options.limits)
    except EXPECTED_ERRORS as error:
        return tell(Unable(sentence_of(error) or str(error)))
    tell(about(options.config.source.name, scoring))
    while True:
        answer(msgspec.json.decode(jobs.get(), type=Job), scoring, tell)


def _read(lines: BinaryIO, jobs: "SimpleQueue[bytes]") -> None:
    for line in lines:
        jobs.put(line)
    os._exit(0)


if __name__ == "__main__":
    # What libraries print must not come between the messages.
    with open(os.dup(1), "wb") as channel, open(0, "rb", buffering=0) as lines:  # noqa: PTH123
        os.dup2(2, 1)
        work(lines, channel)
