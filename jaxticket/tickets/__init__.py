"""Tickets as files: the sparse network alone, to load anywhere without pickle and without JAX."""

from jaxticket.tickets.checks import verify
from jaxticket.tickets.container import Refused
from jaxticket.tickets.file import (
    Ticket,
    by_path,
    load_ticket,
    nested,
    save_dense,
    save_ticket,
)
from jaxticket.tickets.manifest import Manifest
from jaxticket.tickets.rewind import RewindPoint, load_rewind, rewind_file, save_rewind

__all__ = [
    "Manifest",
    "Refused",
    "RewindPoint",
    "Ticket",
    "by_path",
    "load_rewind",
    "load_ticket",
    "nested",
    "rewind_file",
    "save_dense",
    "save_rewind",
    "save_ticket",
    "verify",
]
