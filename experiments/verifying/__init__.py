"""What verify does: a run, a prepared set or a ticket, part by part."""
