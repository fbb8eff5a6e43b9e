"""What `experiments.ticket` does, a module for each of its subcommands."""
