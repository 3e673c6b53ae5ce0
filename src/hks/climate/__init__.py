"""Climate: heavy rain, water balance, heat, and what measures change."""
