"""What a town can do: measures with what they change, cost and need."""
