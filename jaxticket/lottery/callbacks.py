"""What is called while the lottery runs, so that a person can follow it."""

from jaxticket.runs import LevelRecord


class Callbacks:
    """These show nothing and never stop the run; a subclass says otherwise."""

    def started(self, levels: int, steps_per_level: int) -> None:
        """The run begins, or goes on, with so many levels."""

    def level_started(
        self, level: int, sparsity: float, first: int, last: int, *, resumed: bool
    ) -> None:
        """A level trains from step `first` (of a checkpoint: `resumed`) to, at most, `last`."""

    def remarked(self, sentence: str) -> None:
        """Something in the run folder is not as it was left, and the run goes on all the same."""

    def stepped(self, level: int, step: int, metrics: dict[str, float]) -> None:
        """A step is done: its number (counted from 1), loss and accuracy."""

    def validated(self, level: int, step: int, metrics: dict[str, float]) -> None:
        """An epoch is done: validation metrics."""

    def level_done(self, record: LevelRecord, *, restored: bool) -> None:
        """A level is kept, now or (`restored`) by an earlier start of the same command."""

    def stop_requested(self) -> bool:
        """Return whether the run should save a checkpoint and end."""
        return False
