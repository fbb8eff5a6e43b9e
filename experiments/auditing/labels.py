"""What labels of a file of scores mean: numbers, truth values, words, names of methods."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from data_prep.source.folder_names import read_folder_name
from data_prep.source.method_names import method_name

REAL_WORDS = ("bonafide", "bona fide", "bona-fide", "live", "youtube", "actors")
FAKE_WORDS = ("spoof", "attack", "forgery", "manipulation", "synthesis", "swap")
NEARLY_ALL = 0.95


def label_kinds(fake_label: int, one_is_real: bool) -> dict[str, int]:
    """Return what numbers and truth values mean as labels, real 0 and fake 1.

    Args:
        fake_label: the number that means fake.
        one_is_real: whether the name of the column says that 1 is real; so then is 0 fake.
    """
    if fake_label not in (0, 1):  # such as 1 and 2: the other number is real
        return {str(number): int(number == fake_label) for number in (fake_label, *range(10))}
    fake_is_one = fake_label == 1 and not one_is_real
    ones, zeros = ("1", "true", "yes"), ("0", "-1", "false", "no")
    return dict.fromkeys(ones, int(fake_is_one)) | dict.fromkeys(zeros, int(not fake_is_one))


def read_label(text: str, kinds: Mapping[str, int]) -> int | None:
    """Return real 0 or fake 1, or None for what is neither a number nor a word of a class."""
    plain = whole_number(text) or text.lower()
    if plain in kinds:
        return kinds[plain]
    if (label := read_folder_name(plain).label) is not None:
        return label
    if plain in REAL_WORDS or plain in FAKE_WORDS:
        return int(plain in FAKE_WORDS)
    return 1 if method_name(text) else None


def against_names(texts: Sequence[str], codes: np.ndarray, labels: np.ndarray) -> str:
    """Return a text that names one class while its rows have the other's label.

    Nothing if less than `NEARLY_ALL` of the rows that name one do so: a few are of other kinds.

    Args:
        texts: paths, or names of methods; of a path the folder nearest to the file counts.
        codes: int [N], into them.
        labels: int [N].
    """
    said = [_class_named(text) for text in texts]
    named = np.array([-1 if label is None else label for label in said])[codes]
    wrong = (named >= 0) & (named != labels)
    if not wrong.any() or np.sum(wrong) < NEARLY_ALL * np.sum(named >= 0):
        return ""
    return texts[int(codes[np.argmax(wrong)])]


def _class_named(text: str) -> int | None:
    for part in reversed(text.replace("\\", "/").split("/")):
        if (label := read_folder_name(part).label) is not None:
            return label
    return None


def whole_number(text: str) -> str:
    """Return `1` of `1.0`, `+1`, `1,0` or `1.000e+00`; nothing of what is no whole number."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return ""
    return str(int(value)) if value.is_integer() else ""


def refuse_many_numbers(place: str, texts: Iterable[str]) -> None:
    """Refuse labels of more than two numbers, of which one would silently count as real.

    Raises:
        ValueError: there are three or more; names them.
    """
    numbers = sorted({number for text in texts if (number := whole_number(text))}, key=int)
    if len(numbers) > 2:
        raise ValueError(
            f"{place}: the labels are {len(numbers)} numbers, {', '.join(numbers)}, and two are "
            "understood, one of real and one of fake: leave out the rows of others, or write words"
        )
