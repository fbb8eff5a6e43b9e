"""What lies in a source folder: files listed, split, grouped, manifests and names read."""
