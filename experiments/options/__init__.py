"""What may be typed after each command, a light module each: help imports nothing else."""
