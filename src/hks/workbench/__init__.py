"""The one door to computing, without Django."""
