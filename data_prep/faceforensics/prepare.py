"""From a FaceForensics++ tree to a prepared set: once, and then found again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from data_prep.card import CARD_FILE, make_card, read_card, write_card
from data_prep.checks import (
    PreparationError,
    check_classes_and_splits,
    check_skipped,
    warnings_of,
)
from data_prep.faceforensics.layout import level_of
from data_prep.faceforensics.reading import Reading
from data_prep.faceforensics.source import Source, open_source
from data_prep.layouts import text_of
from data_prep.prepared import build, is_whole, write_once

VERSION = "1.0.0"

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Options:
    """What decides the set beside its files."""

    name: str
    compression: str
    frames: int
    real_frames: int
    size: int


def prepare_faceforensics(
    source: Path | str,
    data_dir: Path | str,
    *,
    name: str | None = None,
    compression: str = "c23",
    frames: int = 32,
    real_frames: int | None = None,
    size: int = 256,
    methods: Sequence[str] | None = None,
    boxes: Path | str | None = None,
    skip_limit: int = 20,
    on_progress: Progress | None = None,
) -> Path:
    """Prepares the faces of a FaceForensics++ tree below `data_dir`, or finds them prepared.

    A set is found again by its name, these options, the resolved path of `source` and the names,
    sizes and times of its files. A data card is written beside the records
    (`data_prep.card.read_card`).

    Args:
        source: the folder with original_sequences, manipulated_sequences and the split files.
        data_dir: where prepared sets are kept.
        name: of the set; the folder's by default.
        compression: `raw` (or `c0`), `c23` or `c40`.
        frames: pictures of each forged video, evenly spaced over all of it; all frames if it has
            fewer.
        real_frames: the same for each original; by default as `frames`. With M methods, M * frames
            gives as many real as forged pictures, if the originals are that long.
        size: the side of the pictures, pixels.
        methods: folders of manipulated_sequences; by default all that have videos at this level.
        boxes: a file of face boxes (`data_prep.face_boxes`); by default face_boxes.json in the
            source. A forgery without boxes of its own takes those of its target.
        skip_limit: how many videos that cannot be used are left out before it becomes an error.
        on_progress: called with (videos done, videos in all).

    Returns:
        The TFDS version folder.

    Raises:
        FileNotFoundError: there is no such folder, or no file of face boxes.
        FaceBoxesError: the file of face boxes has another form.
        PreparationError: wrong options or split files, missing videos or methods, too many bad
            videos, one class only, an empty split.
        OSError: `data_dir` cannot be written to, or the disk is full; nothing is kept then.
    """
    level = level_of(compression)
    real_frames = frames if real_frames is None else real_frames
    for option, value in (("frames", frames), ("real_frames", real_frames), ("size", size)):
        if value < 1:
            raise PreparationError(f"{option} is {value}, but must be at least 1")
    boxes = None if boxes is None else Path(boxes).expanduser()
    opened = open_source(Path(source).expanduser(), level, methods, boxes)
    options = _Options(name or text_of(opened.root.name), level, frames, real_frames, size)
    configuration = _configuration(options, opened)
    target = Path(data_dir).expanduser() / "face_forensics" / configuration / VERSION
    if is_whole(target) and (target / CARD_FILE).is_file():
        check_skipped(read_card(target).skipped, skip_limit, "videos")
        return target
    check_classes_and_splits(opened.tree.videos, opened.root)
    reading = Reading(
        root=opened.root,
        tree=opened.tree,
        boxes=opened.read_boxes(),
        compression=level,
        frames=frames,
        real_frames=real_frames,
        size=size,
        skip_limit=skip_limit,
        on_progress=on_progress,
    )
    return write_once(target, lambda folder: _write(folder, options, opened, reading))


def _configuration(options: _Options, source: Source) -> str:
    """The name of the configuration, in characters that TFDS and every file system accept."""
    content = json.dumps([asdict(options), source.tree.methods, source.fingerprint])
    digest = hashlib.sha256(content.encode()).hexdigest()
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", options.name).strip("_-")[:40] or "videos"
    return f"{name}-{options.compression}-{options.size}-{digest[:12]}"


def _write(folder: Path, options: _Options, source: Source, reading: Reading) -> Path:
    """Writes records and card below `folder`; returns the version folder made there."""
    import tensorflow_datasets as tfds

    from data_prep.faceforensics.builder import FaceForensics

    configuration = _configuration(options, source)
    made = build(
        lambda: FaceForensics(
            methods=source.tree.methods,
            records=reading.records,
            data_dir=folder,
            config=tfds.core.BuilderConfig(name=configuration, version=VERSION),
            file_format="array_record",
        )
    )
    check_classes_and_splits(reading.seen, source.root)
    card = make_card(
        reading.seen,
        name=options.name,
        source=text_of(str(source.root)),
        methods=source.tree.methods,
        synthetic=source.synthetic is not None,
        skipped=reading.skipped,
        ignored=source.tree.ignored,
        notes=(*_notes(options, source), *reading.notes()),
        warnings=(*reading.warnings(), *warnings_of(reading.seen)),
    )
    write_card(card, made)
    return made


def _notes(options: _Options, source: Source) -> list[str]:
    """What was decided, and what was missing."""
    notes = []
    if source.synthetic is not None:
        generator, version, seed = (
            source.synthetic.get(key, "unknown") for key in ("generator", "version", "seed")
        )
        notes.append(
            f"synthetic: rendered by {generator}, version {version}, seed {seed}; it stands for no "
            "real data set"
        )
    notes.append(
        f"{options.compression}; at most {options.frames} frames of each forged and "
        f"{options.real_frames} of each original video, evenly spaced"
    )
    return [*notes, *source.tree.notes]
