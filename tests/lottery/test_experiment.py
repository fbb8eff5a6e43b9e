import pytest

from jaxticket.lottery import Budget, Rewind, parse_rewind
from tests.tiny import tiny_experiment


@pytest.mark.parametrize(
    ("text", "rewind"),
    [
        ("init", Rewind("init")),
        ("lr", Rewind("lr")),
        ("none", Rewind("none")),
        ("step:1", Rewind("step", 1)),
        ("step:250", Rewind("step", 250)),
    ],
)
def test_a_rewind_is_read_and_written_alike(text, rewind):
    assert parse_rewind(text) == rewind
    assert str(rewind) == text


@pytest.mark.parametrize(
    "text",
    ["", "Init", "step", "step:", "step:0", "step:-1", "step:1.5", "step:x", "step:1:2", "init:3"],
)
def test_another_rewind_is_refused_with_what_it_may_be(text):
    with pytest.raises(ValueError, match="must be init, step:K") as error:
        parse_rewind(text)
    assert repr(text) in str(error.value)


def test_a_levels_steps_are_its_epochs():
    assert Budget(epochs=3, steps_per_epoch=24, batch_size=64).steps == 72


def test_every_level_sees_the_same_order_or_its_own():
    same, _ = tiny_experiment(seed=5)
    assert [same.level_seed(level) for level in range(3)] == [5, 5, 5]
    own, _ = tiny_experiment(seed=2**32 - 1, data_order="per_level")
    seeds = [own.level_seed(level) for level in range(50)]
    assert seeds[0] == 2**32 - 1
    assert len(set(seeds)) == 50
    assert all(0 <= seed < 2**32 for seed in seeds)
