"""What a set is checked for: complete splits and classes, leaks, a shortcut."""
