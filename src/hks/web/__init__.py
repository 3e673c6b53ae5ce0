"""The site: Django rooms on top of the workbench."""
