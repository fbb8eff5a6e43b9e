import io

import pytest
from rich.console import Console

from experiments.benchmark_preparation import Config, main


def test_a_row_for_videos_and_group_pictures_of_two_sizes():
    console = Console(file=io.StringIO(), width=300)
    main(Config(turns=1, length=4, frames=2, pictures=1), console)
    lines = console.file.getvalue().splitlines()
    assert [line.split(",")[0] for line in lines[-4:]] == [
        "| video 160 x 160",
        "| video 854 x 480",
        "| 1 group pictures of 0.08 million pixels",
        "| 1 group pictures of 0.76 million pixels",
    ]
    assert {line.count("|") for line in lines[-4:]} == {8}


def test_numbers_that_are_none():
    with pytest.raises(ValueError, match="must be 1 or more"):
        main(Config(turns=0), Console())
