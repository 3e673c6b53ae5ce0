"""Papers: one content, three renderers (page, PDF, DOCX). A number enters only as a `Figure`."""
