import pytest

from data_prep.checks.shortcut import find_shortcut, shortcut_warning
from data_prep.prepared.card import Seen


def seen(split, label, container, group):
    return Seen("", split, label, str(group), "", "", container)


def formats(split, containers, number, group=lambda n: n):
    """Pictures of both classes, in a container each."""
    return [
        seen(split, label, container, f"{split}{label}{group(n)}")
        for label, container in enumerate(containers)
        for n in range(number)
    ]


def test_the_format_gives_the_label_away():
    pictures = [
        *formats("train", ("JPEG", "PNG"), 3),
        *formats("validation", ("JPEG", "PNG"), 2),
        *formats("test", ("JPEG", "PNG"), 2),
    ]
    found = find_shortcut(pictures)
    assert found == pytest.approx((1.0, 0.5, 1 / 2**8))
    assert "100% of the validation and test pictures (guessing: 50%)" in (
        shortcut_warning(pictures) or ""
    )


def test_four_of_six_are_chance():
    pictures = formats("train", ("JPEG", "PNG"), 3)
    pictures += [seen("test", label, "JPEG", f"a{label}") for label in (0, 1)]
    pictures += [seen("test", label, "PNG", f"b{label}") for label in (0, 1)]
    pictures += [seen("test", 0, "JPEG", "c"), seen("test", 1, "PNG", "d")]
    assert find_shortcut(pictures) == pytest.approx((4 / 6, 0.5, 22 / 64))
    assert shortcut_warning(pictures) is None


def test_frames_of_two_videos_are_two_pictures_by_chance():
    train = formats("train", ("JPEG", "PNG"), 3)
    one_video = formats("test", ("JPEG", "PNG"), 50, group=lambda n: 0)
    assert find_shortcut([*train, *one_video]) == pytest.approx((1.0, 0.5, 1 / 4))
    assert shortcut_warning([*train, *one_video]) is None
    assert shortcut_warning([*train, *formats("test", ("JPEG", "PNG"), 50)])


def test_the_same_formats_in_both_classes_do_not():
    pictures = [
        seen(split, label, container, f"{split}{label}{container}")
        for split in ("train", "test")
        for label in (0, 1)
        for container in ("JPEG", "PNG")
    ]
    assert find_shortcut(pictures) == pytest.approx((0.5, 0.5, 11 / 16))
    assert shortcut_warning(pictures) is None


def test_containers_unknown_in_train_are_guessed():
    pictures = [seen("train", label, f"{label}{n}", n) for label in (0, 1, 1) for n in range(3)]
    pictures += [seen("test", 1, "other", 1), seen("test", 0, "another", 2)]
    pictures += [seen("test", 0, "01", 3)]
    assert find_shortcut(pictures) == pytest.approx((2 / 3, 1 / 3, 20 / 27))


def test_one_class_alone_cannot_be_told():
    pictures = [*formats("train", ("JPEG", "PNG"), 3), seen("test", 1, "PNG", "t")]
    assert find_shortcut(pictures) == pytest.approx((1.0, 0.0, 1.0))
    assert shortcut_warning(pictures) is None


def test_nothing_to_judge_by():
    assert find_shortcut([seen("train", 0, "JPEG", 0)]) is None
    assert shortcut_warning([]) is None
