"""The names that people give to the columns of a file of scores."""

import difflib
from collections.abc import Mapping, Sequence

NAMES: Mapping[str, tuple[str, ...]] = {
    "path": (
        "path", "image_path", "img_path", "frame_path", "file_path", "filepath", "filename",
        "file_name", "file", "image", "image_name", "image_id", "img", "img_name", "picture", "key",
        "name", "id",
    ),
    "video": (
        "video", "video_path", "video_name", "video_id", "videoname", "video_file", "vid", "clip",
        "clip_name", "clip_id",
    ),
    "frame": ("frame", "frame_number", "frame_id", "frame_idx", "frame_index", "frame_no"),
    "label": (
        "label", "labels", "y_true", "target", "targets", "ground_truth", "groundtruth", "gt",
        "true_label", "truth", "true", "y", "class", "is_fake", "fake", "is_real", "real",
        "label_str",
    ),
    "score": (
        "score", "scores", "fake_score", "score_fake", "y_score", "y_prob", "prob", "probs",
        "probability", "proba", "fake_prob", "prob_fake", "p_fake", "prob_1", "logit", "logits",
        "logit_fake", "confidence", "output", "outputs", "prediction", "predictions", "y_pred",
        "y_hat", "pred", "preds", "real_score", "score_real", "real_prob", "prob_real", "p_real",
    ),
    "seed": ("seed", "random_seed", "trial"),
    "method": (
        "method", "manipulation", "manipulation_method", "forgery", "forgery_method", "attack",
        "attack_type", "fake_type", "generator",
    ),
    "compression": ("compression", "quality", "crf", "compression_level"),
    "group": ("group", "group_id", "source", "source_video", "source_id", "identity", "subject"),
    "model": ("model", "model_name", "detector", "network"),
    "checkpoint": ("checkpoint", "ckpt", "epoch", "step", "iteration", "iter"),
    "split": ("split", "subset", "partition", "phase"),
}  # fmt: skip
"""What a column is for -> its names, the first of those present is taken."""

OF_REALS = ("is_real", "real")
"""Columns of labels where 1 means real."""

SCORES_OF_REAL = ("real_score", "score_real", "real_prob", "prob_real", "p_real")
"""Columns of scores that are high for real."""


def find_columns(
    heads: Sequence[str], named: Mapping[str, str], place: str
) -> dict[str, tuple[int, str]]:
    """Return what each column is for -> its place and name.

    Args:
        heads: the first row of the file.
        named: what a column is for -> its name, as `--columns` gives it.
        place: the file, for messages.

    Raises:
        ValueError: a column is lacking or stands there twice; the message lists those there are.
    """
    plain = [plain_name(head) for head in heads]
    there = ", ".join(head.strip() or "(no name)" for head in heads)
    found: dict[str, tuple[int, str]] = {}
    for role, names in NAMES.items():
        wanted = (plain_name(named[role]),) if role in named else names
        name = next((name for name in wanted if name in plain), None)
        if role in named and name is None:
            near = difflib.get_close_matches(wanted[0], plain, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ValueError(
                f"{place} has no column {named[role]!r}, which --columns names for the {role}"
                f"{hint} Its columns are: {there}"
            )
        if name is None:
            continue
        if plain.count(name) > 1:
            raise ValueError(f"{place} has two columns {name!r}: name one of them otherwise")
        found[role] = (plain.index(name), name)
    if "path" not in found and "video" not in found and "frame" in found:
        found["path"] = found.pop("frame")
    for role in ("label", "score"):
        if role not in found:
            raise ValueError(_lacks(place, f"{role}", NAMES[role], there, role))
    if "path" not in found and "video" not in found:
        names = (*NAMES["path"][:6], *NAMES["video"][:4])
        raise ValueError(_lacks(place, "path or video", names, there, "path"))
    return found


def other_columns(
    heads: Sequence[str], found: Mapping[str, tuple[int, str]], named: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return what labels and scores could as well have been taken from, where nobody chose.

    A column of the other class's scores is no other column: it says the same.

    Args:
        heads: the first row of the file.
        found: of `find_columns`.
        named: what `--columns` chose.
    """
    taken = {name for _, name in found.values()} | set(SCORES_OF_REAL)
    there = {plain_name(head) for head in heads} - taken
    others = {role: [name for name in NAMES[role] if name in there] for role in ("label", "score")}
    return {role: names for role, names in others.items() if names and role not in named}


def read_named(texts: Sequence[str]) -> dict[str, str]:
    """Return what `--columns` says: role -> name.

    Raises:
        ValueError: a text is not `ROLE:NAME`, or there is no such role.
    """
    named = {}
    for text in texts:
        role, colon, name = text.partition(":")
        if not colon or not name or role not in NAMES:
            raise ValueError(
                f"--columns={text}: write what the column is for and its name, such as score:prob; "
                f"it can be for {', '.join(NAMES)}"
            )
        named[role] = name
    return named


def plain_name(head: str) -> str:
    """Return the name of a column in small letters with underscores: `Video Path`, `video-path`."""
    return "_".join(head.strip().lower().replace("-", " ").split())


def _lacks(place: str, what: str, names: Sequence[str], there: str, role: str) -> str:
    return (
        f"{place} has no column for {what}. Its columns are: {there}. Name one "
        f"{', '.join(names[:8])} or the like, or say --columns={role}:ITS_NAME"
    )
