"""What calibrate does: scores of validation, what its pictures were like, what is said of it."""
