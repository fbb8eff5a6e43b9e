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

__all__ = [
    "Manifest",
    "Refused",
    "Ticket",
    "by_path",
    "load_ticket",
    "nested",
    "save_dense",
    "save_ticket",
    "verify",
]
