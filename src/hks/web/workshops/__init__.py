"""Live workshops: from a guiding question to futures that fit together, on one laptop with a projector and phones."""
