"""Runs in a process of two devices: python -m tests.parallel.two_devices FOLDER."""

import sys
from pathlib import Path

import jax

from jaxticket.lottery import Callbacks
from tests.parallel.trained import train_together


class StopAfter(Callbacks):
    def __init__(self, steps):
        self.left = steps

    def stepped(self, level, step, metrics):
        self.left -= 1

    def stop_requested(self):
        return self.left <= 0


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    assert len(jax.devices()) == 2
    train_together(folder / "tickets", (0, 1), devices=2)
    try:
        train_together(folder / "batches", (0,), devices=2, callbacks=[StopAfter(13)])
    except KeyboardInterrupt as stop:
        print(stop)
