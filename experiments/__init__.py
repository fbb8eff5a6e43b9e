"""Experiments: one short module per question; the only place that reads argv."""

import time

STARTED = time.perf_counter()
"""When the command began, its imports included."""
