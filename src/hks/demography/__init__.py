"""How many people live, are born, die and move."""
