"""A study: its plan, its cells and their work, what they show."""
