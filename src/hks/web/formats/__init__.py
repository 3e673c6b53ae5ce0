"""Room formats: the catalogue of transfer formats, which of them fits a project, and their uses with review."""
