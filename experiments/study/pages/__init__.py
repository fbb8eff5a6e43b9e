"""The Markdown and CSV pages of a study, one for each question."""
