"""Does this picture or video show signs of forgery? A ticket's answer, face by face.

    python -m experiments.detect --ticket=ticket.safetensors picture.jpg video.mp4 folder

Every face is found, followed through a video and cropped as in training; each gets an answer,
"signs of forgery", "no sign found" or "cannot tell", by the thresholds that `experiments.calibrate`
found, and a calibrated probability (docs/detect.md). It is no proof.

Exit status: 0 all files were looked at; 2 something asked for is wrong, and nothing was looked at;
3 some files could not be read, or not to their end, the others are answered; 1 a fault of the
program; 130 or 143 stopped, and what was answered before is written.
"""

from experiments.terminal.start import start

if __name__ == "__main__":
    start("detect")  # here, since help needs no more imports

import signal
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data_prep.checks.excerpts import kinds
from experiments.detecting.drawing import drawn
from experiments.detecting.findings import Finding, Results
from experiments.detecting.given_boxes import check_boxes
from experiments.detecting.inputs import Input, find_inputs, is_video
from experiments.detecting.loading import load_scoring
from experiments.detecting.look import look_at_all
from experiments.detecting.notes import asked, notes
from experiments.detecting.out_folder import CSV, JSON, PICTURES, check_out, clear_out
from experiments.detecting.progress import Detecting
from experiments.detecting.results import ResultsFiles
from experiments.detecting.scoring import Scoring
from experiments.detecting.tables import Summary, lines
from experiments.detecting.videos import Stopped
from experiments.detecting.views import Looked
from experiments.options.detect import Config
from experiments.terminal.program import stop_on_signals, stopped_by
from jaxticket.text import count_text, printable
from jaxticket.writing import write_whole

UNREADABLE = 3
"""The exit status where some files could not be read."""


def main(config: Config, console: Console) -> None:
    """Look at what is named.

    Raises:
        ValueError: an option or the ticket is wrong; says what.
        SystemExit: a file could not be read, or the user stopped it.
    """
    if config.serve:
        from experiments.detecting.serving.start import serve_page

        return serve_page(config, console.print)
    inputs = find_inputs(config.paths, config.out)
    check_out(config.out)
    scoring = load_scoring(config)
    check_boxes([file.path for file in inputs.files], scoring.boxes, config.boxes)
    said = asked(config, scoring)
    about = notes(said, scoring, any(is_video(file.path) for file in inputs.files))
    for note in about:
        console.print(printable(note))
    if inputs.ignored:
        console.print(f"passed over: {kinds(inputs.ignored)}")
    clear_out(config.out)
    if config.pictures:
        (config.out / PICTURES).mkdir(exist_ok=True)
    head, found = Results(asked=said, notes=about, ignored=dict(inputs.ignored)), Summary()
    try:
        with ResultsFiles(config.out, head) as results:
            _look(config, inputs.files, scoring, results, found, console)
    except KeyboardInterrupt:
        _conclude(config, found, console)
        console.print(f"stopped after {found.files:,} of {count_text(len(inputs.files), 'file')}")
        raise SystemExit(128 + (stopped_by() or signal.SIGINT)) from None
    _conclude(config, found, console)
    if found.errors:
        raise SystemExit(UNREADABLE)


def _look(
    config: Config,
    files: Sequence[Input],
    scoring: Scoring,
    results: ResultsFiles,
    found: Summary,
    console: Console,
) -> None:
    """Look at the files and keep what is found.

    Raises:
        KeyboardInterrupt: the user stopped it.
    """
    with (
        stop_on_signals("stopping; what was answered is being written ..."),
        Detecting(console, files) as progress,
    ):

        def on_look(seconds: float) -> None:
            if stopped_by() is not None:
                raise Stopped
            progress.looked(seconds)

        for number, looked in enumerate(look_at_all(files, scoring, on_look), 1):
            finding = _draw(looked, scoring, number, config.out)
            results.add(finding)
            rows = found.add(finding)
            progress.finished()
            if not console.is_terminal:
                for line in lines(rows):
                    console.print(line)
            if stopped_by() is not None:
                raise KeyboardInterrupt


def _draw(looked: Looked, scoring: Scoring, number: int, out: Path) -> Finding:
    """Return what was found, with the names of the pictures of it that are written, if any are."""
    if not scoring.views:
        return looked.finding
    finding, pictures = drawn(looked, scoring, f"{number:04d}_")
    for name, encoded in pictures.items():
        write_whole(out / PICTURES / name, encoded)
    return finding


def _conclude(config: Config, found: Summary, console: Console) -> None:
    if console.is_terminal:
        console.print(found.table())
    for sentence in found.sentences():
        console.print(sentence)
    written = (JSON, CSV, f"{PICTURES}/") if config.pictures else (JSON, CSV)
    console.print(f"in {config.out}: {', '.join(written)}")
