"""Pictures and videos as files: decoding, encoding, colour, perceptual hashes."""
