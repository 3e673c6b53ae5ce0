"""What every page shares: base templates, one CSS file, forms from specs, translated errors. No tables."""
