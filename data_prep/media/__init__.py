"""Pictures and videos as files: decoding, encoding, what headers say, colour, perceptual hashes."""
