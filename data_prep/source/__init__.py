"""What lies in a source folder: files listed and read, split, grouped, their names understood."""
