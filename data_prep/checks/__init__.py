"""What a set is checked for: complete splits and classes, leaks (by names too), a shortcut."""
