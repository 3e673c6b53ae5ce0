"""What every room shares: errors, parameters, methods, evidence. No I/O, no Django."""
