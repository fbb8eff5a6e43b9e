"""Face boxes of a set of videos that has none: found, followed, kept."""
