"""Where networks look: the question, the networks compared, the gallery."""
