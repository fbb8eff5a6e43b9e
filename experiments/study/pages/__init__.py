"""The Markdown and CSV tables of a study, a page a question."""
