"""From the videos of any data set to a prepared set: once, and then found again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.checks.complete import (
    PreparationError,
    check_classes_and_splits,
    check_skipped,
    crossing_groups,
    warnings_of,
)
from data_prep.faces.carried_regions import carry_regions, check_regions
from data_prep.prepared.card import found_prepared, make_card, write_card
from data_prep.prepared.write_once import build_records, file_name, write_once
from data_prep.source.arrange import text_of
from data_prep.source.synthetic_mark import note_of
from data_prep.videos.detection.whole_set import Detection, SetBoxes, detect_in_set
from data_prep.videos.long_tail import with_long_tail
from data_prep.videos.options import DEFAULTS, VideoOptions
from data_prep.videos.records import Reading
from data_prep.videos.source import Source, open_source
from data_prep.videos.unfinished import kept_videos
from data_prep.videos.video_set import VideoSet

if TYPE_CHECKING:
    from data_prep.prepared.builder import RecordsBuilder

VERSION = "1.0.0"

_LISTED = 100

Progress = Callable[[int, int], None]
"""Called with (videos done, videos in all)."""


def prepare_videos(
    videos: VideoSet,
    data_dir: Path | str,
    *,
    data_set: str,
    builder: Callable[[], type[RecordsBuilder]],
    options: VideoOptions = DEFAULTS,
    on_progress: Progress | None = None,
    on_faces: Progress | None = None,
) -> Path:
    """Prepares the faces of a set of videos below `data_dir`, or finds them prepared.

    A set is found again by its name, options, the resolved path of its source and the names, sizes
    and times of its files. A data card is written beside the records
    (`data_prep.prepared.card.read_card`). Until then the pictures of finished videos are kept in a
    hidden folder beside the set, so that a preparation that was killed goes on with them; the
    logger `data_prep` says how many there are.

    The faces are where `options.boxes` or the source's face_boxes.json says, or else are detected;
    what is detected is kept in `face_boxes` below `data_dir` for all sets of the same videos.
    Videos in which no face is found are left out, and named in the card.

    Where the source has a face_regions.json (`data_prep.faces.regions`), the regions are written
    beside the records (`data_prep.faces.carried_regions`), also of a set that is found prepared.

    Args:
        videos: the set to be.
        data_dir: where prepared sets are kept.
        data_set: the builder's name, a folder below `data_dir`.
        builder: gives the set's TFDS builder; called where something is written only, since its
            module imports TensorFlow Datasets.
        options: how many pictures, how large, and so on.
        on_progress: see `Progress`.
        on_faces: likewise, of the videos in which faces are detected before.

    Returns:
        The TFDS version folder.

    Raises:
        FileNotFoundError: there is no file `options.boxes`.
        DetectorError: there are no face boxes, and no such detector.
        FaceBoxesError: the file of face boxes has another form.
        FaceRegionsError: the file of face regions has.
        PreparationError: a long tail of a method that the set has not, too many bad videos, one
            class only, an empty split, or a leak
            (`data_prep.checks.leaks`) of a split that was made here, or with `strict` of a given
            one.
        OSError: `data_dir` cannot be written to, or the disk is full; no set is written then.
    """
    videos = with_long_tail(videos, options.shares)
    detection = Detection(options.detector, options.detect_every)
    source = open_source(videos, options.boxes, detection)
    _check_splits(videos, options.strict)
    name = options.name or text_of(videos.root.name)
    configuration = _configuration(name, options, source)
    data_dir = Path(data_dir).expanduser()
    target = data_dir / data_set / configuration / VERSION
    kept = kept_videos(target.parent.parent / f".kept-{configuration}")

    def find_boxes() -> SetBoxes:
        if source.boxes is None:
            return detect_in_set(videos, data_dir, detection, on_faces)
        return SetBoxes(source.read_boxes())

    if found_prepared(target, skip_limit=options.skip_limit, strict=options.strict, kind="videos"):
        carry_regions(
            target,
            source.regions,
            lambda regions: Reading(videos, find_boxes(), options, kept).regions(regions),
        )
        return target
    check_classes_and_splits(videos.videos, videos.root)
    check_regions(source.regions)
    boxes = find_boxes()
    check_skipped(list(boxes.lacking.items()), options.skip_limit, "videos")
    reading = Reading(videos, boxes, options, kept, on_progress)

    def write(folder: Path) -> Path:
        """Writes records and card below `folder`; returns the version folder made there."""
        kept.report([video.video for video in videos.videos], "videos")
        made = build_records(
            builder(), folder, configuration, VERSION, videos.methods, reading.records
        )
        _write_card(made, name, source, reading)
        return made

    written = write_once(target, write, kept.folder)
    kept.remove()
    carry_regions(written, source.regions, reading.regions)
    return written


def _check_splits(videos: VideoSet, strict: bool) -> None:
    """Checks, before minutes of work, that no group stands in two splits made here.

    If `strict`, not in given ones either, and that these share nothing else that is known.
    """
    crossing = {
        group: splits
        for group, splits in crossing_groups(videos.videos).items()
        if strict or len(set(splits) & set(videos.made_splits)) > 1
    }
    if crossing:
        lines = [f"  {group} in {' and '.join(splits)}" for group, splits in crossing.items()]
        more = [f"  and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
        raise PreparationError(
            f"{len(crossing)} groups of {videos.root} stand in more than one split, which is not "
            "allowed"
            + (" (strict):" if strict else ":")
            + "\n"
            + "\n".join([*lines[:_LISTED], *more])
        )
    if strict and videos.leaks:
        raise PreparationError(f"{videos.root}: " + "; ".join(videos.leaks))


def _configuration(name: str, options: VideoOptions, source: Source) -> str:
    """The name of the configuration, in characters that TFDS and every file system accept."""
    videos = source.videos
    # Groups and splits too: the same files may be divided otherwise by another version.
    placed = [(video.video, video.method, video.split, video.group) for video in videos.videos]
    chosen = [name, videos.compression, options.frames, options.frames_of_originals, options.size]
    content = json.dumps([chosen, videos.methods, placed, source.fingerprint])
    digest = hashlib.sha256(content.encode()).hexdigest()
    called = file_name(name, "videos")
    level = f"{videos.compression}-" if videos.compression else ""
    return f"{called}-{level}{options.size}-{digest[:12]}"


def _write_card(made: Path, name: str, source: Source, reading: Reading) -> None:
    videos = source.videos
    check_classes_and_splits(reading.seen, videos.root)
    card = make_card(
        reading.seen,
        name=name,
        source=text_of(str(videos.root)),
        methods=videos.methods,
        synthetic=source.synthetic is not None,
        skipped=reading.skipped,
        ignored=videos.ignored,
        notes=(
            *_notes(source, reading.options),
            *reading.boxes.notes,
            *videos.notes,
            *reading.notes(),
        ),
        warnings=(*videos.leaks, *reading.warnings(), *warnings_of(reading.seen)),
        made_splits=videos.made_splits,
        strict=reading.options.strict,
    )
    write_card(card, made)


def _notes(source: Source, options: VideoOptions) -> list[str]:
    """What the pictures are."""
    notes = []
    if source.synthetic is not None:
        notes.append(note_of(source.synthetic))
    level = f"{source.videos.compression}; " if source.videos.compression else ""
    notes.append(
        f"{level}at most {options.frames} frames of each forged and "
        f"{options.frames_of_originals} of each original video, evenly spaced"
    )
    return notes
