from data_prep.checks.shortcut import shortcut_accuracy, shortcut_warning
from data_prep.prepared.card import Seen


def seen(split, label, container):
    return Seen("", split, label, "", "", "", container)


def test_the_format_gives_the_label_away():
    pictures = [
        seen(split, label, container)
        for split in ("train", "validation", "test")
        for label, container in ((0, "JPEG"), (1, "PNG"))
        for _ in range(3)
    ]
    assert shortcut_accuracy(pictures) == (1.0, 0.5)
    assert "100% of the validation and test pictures (guessing: 50%)" in (
        shortcut_warning(pictures) or ""
    )


def test_the_same_formats_in_both_classes_do_not():
    pictures = [
        seen(split, label, container)
        for split in ("train", "test")
        for label in (0, 1)
        for container in ("JPEG", "PNG")
    ]
    assert shortcut_accuracy(pictures) == (0.5, 0.5)
    assert shortcut_warning(pictures) is None


def test_containers_unknown_in_train_are_guessed():
    pictures = [seen("train", label, f"{label}{n}") for label in (0, 1, 1) for n in range(3)]
    pictures += [seen("test", 1, "other"), seen("test", 0, "another"), seen("test", 0, "01")]
    accuracy, guessing = shortcut_accuracy(pictures)
    assert (accuracy, guessing) == (2 / 3, 1 / 3)


def test_nothing_to_judge_by():
    assert shortcut_accuracy([seen("train", 0, "JPEG")]) == (0.0, 0.0)
    assert shortcut_warning([]) is None
