"""From the videos of any data set to a prepared set: once, and then found again."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from data_prep.checks.complete import (
    PreparationError,
    check_classes_and_splits,
    check_skipped,
    crossing_groups,
)
from data_prep.checks.excerpts import count_text, first_lines
from data_prep.faces.carried_regions import carry_regions, check_regions
from data_prep.media.video import BadVideoError
from data_prep.prepared.card import DataCard, found_prepared, make_card, read_card
from data_prep.prepared.write_once import file_name
from data_prep.running.preparation import OnProgress, Preparation, write_set
from data_prep.schema import VERSION
from data_prep.source.layout import text_of
from data_prep.source.synthetic_mark import note_of
from data_prep.videos.crops import pieces_in
from data_prep.videos.detection.set_boxes import SetBoxes, boxes_of_set
from data_prep.videos.detection.whole_set import Detection, detect_in_set, detect_missing
from data_prep.videos.frames import frame_numbers
from data_prep.videos.landmarks import carry_landmarks
from data_prep.videos.long_tail import with_long_tail
from data_prep.videos.options import DEFAULTS, VideoOptions
from data_prep.videos.records import VideoCrops
from data_prep.videos.source import VideoSource, find_sources
from data_prep.videos.video_set import VideoSet

_LISTED = 100

_LOG = logging.getLogger(__name__)


def prepare_videos(
    videos: VideoSet,
    data_dir: Path | str,
    *,
    options: VideoOptions = DEFAULTS,
    on_progress: OnProgress | None = None,
    on_faces: OnProgress | None = None,
) -> Path:
    """Prepare the faces of a set of videos below `data_dir`, or find them prepared.

    A set is found again by its name, options, the resolved path of its source and the names, sizes
    and times of its files. A data card is written beside the records
    (`data_prep.prepared.card.read_card`). Until then the pictures of finished videos are kept in a
    hidden folder beside the set, so that a preparation that was killed goes on with them; the
    logger `data_prep` says how many there are.

    The faces are where `options.boxes` or the source's face_boxes.json says, or else are detected;
    what is detected is kept in `face_boxes` below `data_dir` for all sets of the same videos.
    Videos in which no face is found are left out, and named in the card.

    Where the source has a face_regions.json (`data_prep.faces.regions`), the regions are written
    beside the records (`data_prep.faces.carried_regions`), also of a set that is found prepared;
    else those that landmarks beside ready crops make (`data_prep.videos.landmarks`).

    Args:
        videos: the set to be.
        data_dir: where prepared sets are kept.
        options: how many pictures, how large, and so on.
        on_progress: called with (videos done, videos in all).
        on_faces: called so before, while faces are detected.

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
    detection = Detection(options.detector, options.detect_every)
    _check_no_search(videos, options)
    data_dir = Path(data_dir).expanduser()
    name = options.name or videos.name or text_of(videos.root.name)

    def find_boxes(source: VideoSource) -> SetBoxes:
        if videos.ready:
            return boxes_of_set(source.videos)
        if source.boxes is None:
            return detect_in_set(source.videos, data_dir, detection, on_faces)
        return detect_missing(source.videos, source.read_faces(), data_dir, detection, on_faces)

    before = with_long_tail(videos.as_before(), options.shares, salt="")
    videos = with_long_tail(videos, options.shares)
    _check_splits(videos, options.strict)
    # A set that was divided by an unsalted hash keeps its splits.
    for version in (before, videos):
        source = find_sources(version, options.boxes, detection)
        configuration = _configuration(name, options, source)
        target = data_dir / videos.data_set / configuration / VERSION
        if found_prepared(
            target, skip_limit=options.skip_limit, strict=options.strict, kind="videos"
        ):
            _carry_found(target, source, find_boxes, options)
            return target
    check_classes_and_splits(videos.videos, videos.root)
    check_regions(source.regions)
    boxes = find_boxes(source)
    check_skipped(list(boxes.lacking.items()), options.skip_limit, "videos")
    crops = VideoCrops(videos, boxes, options)
    pieces = pieces_in(target.parents[1] / f".kept-{configuration}")
    preparation = crops.preparation(pieces, on_progress)
    write_set(target, preparation, videos.methods, lambda: _card(name, source, crops, preparation))
    carry_regions(target, source.regions, crops.regions)
    if source.regions is None:
        carry_landmarks(target, crops)
    return target


def _carry_found(
    target: Path,
    source: VideoSource,
    find_boxes: Callable[[VideoSource], SetBoxes],
    options: VideoOptions,
) -> None:
    """Write the regions of a set that was found prepared."""
    # Sets of before clips were looked for were cropped and counted by the places of frames.
    older = read_card(target).crossing_clips is None
    if source.regions is not None and older and _counts_by_names(source.videos):
        _LOG.warning(
            "%s was prepared before frames met by their numbers: it gets no face regions; remove "
            "it and prepare it anew",
            target,
        )
        return
    carry_regions(
        target,
        source.regions,
        lambda regions: VideoCrops(source.videos, find_boxes(source), options).regions(regions),
    )
    if source.regions is None:
        carry_landmarks(target, VideoCrops(source.videos, SetBoxes({}), options))


def _counts_by_names(videos: VideoSet) -> bool:
    """Return whether the names of extracted frames say other numbers than their places."""

    def differs(folder: Path) -> bool:
        with suppress(BadVideoError):
            numbers = frame_numbers(folder)
            return list(numbers) != list(range(len(numbers)))
        return False

    folders = (videos.root / video.file.name for video in videos.videos)
    return not videos.ready and any(differs(folder) for folder in folders if folder.is_dir())


def _check_no_search(videos: VideoSet, options: VideoOptions) -> None:
    """Check that nothing is asked for about the search for faces where there is none."""
    asked = [
        option
        for option in ("boxes", "detector", "detect_every")
        if getattr(options, option) != getattr(DEFAULTS, option)
    ]
    if videos.ready and asked:
        raise PreparationError(
            f"{', '.join(f'--{option}' for option in asked)}: no face is looked for in "
            f"{videos.root}, whose pictures are face crops ({videos.ready}): leave it out"
        )


def _check_splits(videos: VideoSet, strict: bool) -> None:
    """Check, before minutes of work, that no group stands in two splits made here.

    If `strict`, not in given ones either, and that these share nothing else that is known.
    """
    crossing = {
        group: splits
        for group, splits in crossing_groups(videos.videos).items()
        if strict or len(set(splits) & set(videos.made_splits)) > 1
    }
    if crossing:
        lines = [f"{group} in {' and '.join(splits)}" for group, splits in crossing.items()]
        raise PreparationError(
            f"{len(crossing)} groups of {videos.root} stand in more than one split, which is not "
            f"allowed{' (strict)' if strict else ''}:\n{first_lines(lines, _LISTED)}"
        )
    if strict and videos.leaks:
        raise PreparationError(f"{videos.root}: " + "; ".join(videos.leaks))


def _configuration(name: str, options: VideoOptions, source: VideoSource) -> str:
    """Return the name of the configuration, in characters that every file system accepts."""
    videos = source.videos
    # Groups and splits too: the same files may be divided otherwise by another version.
    placed = [(video.video, video.method, video.split, video.group) for video in videos.videos]
    chosen = [name, videos.compression, options.frames, options.frames_of_originals, options.size]
    content = json.dumps([chosen, videos.methods, placed, source.fingerprint])
    digest = hashlib.sha256(content.encode()).hexdigest()
    called = file_name(name, "videos")
    level = f"{videos.compression}-" if videos.compression else ""
    return f"{called}-{level}{options.size}-{digest[:12]}"


def _card(name: str, source: VideoSource, crops: VideoCrops, preparation: Preparation) -> DataCard:
    videos = source.videos
    return make_card(
        preparation.seen,
        name=name,
        source=text_of(str(videos.root)),
        methods=videos.methods,
        synthetic=source.synthetic is not None,
        skipped=preparation.skipped,
        ignored=videos.ignored,
        notes=(
            *_notes(source, crops.options),
            *crops.boxes.notes,
            *videos.notes,
            *crops.notes(),
        ),
        warnings=(*videos.leaks, *crops.boxes.warnings, *crops.warnings()),
        made_splits=videos.made_splits,
        strict=crops.options.strict,
    )


def _notes(source: VideoSource, options: VideoOptions) -> list[str]:
    """Return what the data card says the pictures are."""
    notes = []
    if source.synthetic is not None:
        notes.append(note_of(source.synthetic))
    level = f"{source.videos.compression}; " if source.videos.compression else ""
    if source.videos.ready:
        notes.append(
            f"the pictures are face crops already ({source.videos.ready}): taken whole, no face is "
            "looked for"
        )
    notes.append(
        f"{level}at most {count_text(options.frames, 'frame')} of each forged and "
        f"{options.frames_of_originals} of each original video, evenly spaced"
    )
    return notes
