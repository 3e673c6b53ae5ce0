"""What a measure changed: before and after."""
