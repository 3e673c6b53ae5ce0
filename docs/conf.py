"""How the documentation is built."""

project = "hks"
copyright = "The hks contributors"  # noqa: A001 - Sphinx names it so
extensions = ["myst_parser"]
html_theme = "furo"
exclude_patterns = ["_build"]
