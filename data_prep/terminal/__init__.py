"""What every command line shares: how options are written, and the list of the commands."""
