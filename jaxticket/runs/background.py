"""One write at a time beside the training; what goes wrong with it is not lost."""

from collections.abc import Callable
from threading import Thread


class Background:
    """Writes in a thread of its own, one thing after the other.

    The thread is no daemon: a process that ends by itself ends after its writes.
    """

    def __init__(self) -> None:
        """Nothing is written yet."""
        self._thread: Thread | None = None
        self._error: BaseException | None = None

    def begin(self, write: Callable[[], None]) -> None:
        """Begin to write; first wait for what is being written.

        Raises:
            BaseException: what the write before raised.
        """
        self.wait()

        def work() -> None:
            try:
                write()
            except BaseException as error:
                self._error = error

        self._thread = Thread(target=work, name="checkpoint")
        self._thread.start()

    def wait(self) -> None:
        """Wait until all is written.

        Raises:
            BaseException: what the write raised; once.
        """
        self.settle()
        error, self._error = self._error, None
        if error is not None:
            raise error

    def settle(self) -> None:
        """Wait until nothing is written any more, whether it went well or not."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
