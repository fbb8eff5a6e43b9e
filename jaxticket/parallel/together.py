"""The turns of several trainings taken together: between two dispatches each has its own."""

from collections.abc import Callable, Sequence

from jaxticket.parallel.hosts import reaching
from jaxticket.training.loop import Result, Turns


def together(
    turns: Sequence[Turns[Result]], dispatch: Callable[[], None]
) -> list[Result | Exception]:
    """Take all turns to their ends, and return what each gave: its result, or why it failed.

    All take their turn, in their order, then one dispatch does the steps that they have asked for.

    Args:
        turns: of each.
        dispatch: does the steps, as `Joint.dispatch`.

    Raises:
        KeyboardInterrupt: they were asked to stop; each had the turn in which it saves.
        Unreachable: another process has ended, or cannot be reached.
    """
    results: dict[int, Result | Exception] = {}
    left, stopped = dict(enumerate(turns)), None
    while left:
        for number, turn in list(left.items()):
            try:
                with reaching():  # a turn may save, in all processes at once
                    next(turn)
                continue
            except StopIteration as end:
                results[number] = end.value
            except KeyboardInterrupt as stop:
                stopped = stop
            except Exception as error:
                results[number] = error
            del left[number]
        if left:
            dispatch()
    if stopped:
        raise stopped
    return [results[number] for number in range(len(turns))]
