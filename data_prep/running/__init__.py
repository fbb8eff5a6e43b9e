"""How a preparation runs: its command line, work in parallel, pieces kept when it is killed."""
