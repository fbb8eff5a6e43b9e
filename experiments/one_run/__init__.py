"""One run: its options, its data, its experiment, its end and its page."""
