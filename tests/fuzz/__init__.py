"""What readers do with files that are almost right: every one is read, or refused in words."""
