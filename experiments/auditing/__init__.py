"""What audit does: reading the scores of others, the figures, their tables and their page."""
