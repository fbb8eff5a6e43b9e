"""Tickets as files: the sparse network alone, to load anywhere without pickle."""

from jaxticket.tickets.file import load_ticket, save_ticket

__all__ = ["load_ticket", "save_ticket"]
