"""Charts as SVG with classes only, each with the rows of its table."""
