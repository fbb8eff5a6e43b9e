from experiments.one_run.batches import batch_notes
from experiments.options.imp import Config
from jaxticket.runs.notes import DataNotes


def notes(batch_size, real=50, fake=50, **options):
    data = DataNotes(name="set", pictures={"train": {"real": real, "fake": fake}})
    return batch_notes(Config(batch_size=batch_size, **options), [data])


def test_large_batches_of_even_classes_need_no_word():
    assert notes(64) == []


def test_a_batch_of_one_picture_is_said():
    assert notes(1) == [
        "batches of one picture: each has one class, and BatchNorm's statistics are those of that "
        "picture alone"
    ]


def test_the_share_of_batches_that_lack_a_class_is_said():
    # 0.9^8 + 0.1^8 = 0.43
    assert notes(8, real=90, fake=10) == [
        "about 43% of the batches lack real or fake pictures; they are trained on as they are "
        "(--balance=sampling draws both in turn)"
    ]


def test_classes_drawn_in_turn_are_never_missing():
    assert notes(8, real=90, fake=10, balance="sampling") == []


def test_a_set_without_a_card_is_not_judged():
    assert batch_notes(Config(batch_size=8), [DataNotes(name="set")]) == []
