"""Records, filings, files, reviews, publications, audit: the thread that binds every figure to its source."""
