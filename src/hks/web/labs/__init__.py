"""Act and learn: what was measured, what each side learned, what comes next."""
