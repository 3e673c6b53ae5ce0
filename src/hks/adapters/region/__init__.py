"""The region's official figures, carried over: each table with code, key dates, source and licence."""
