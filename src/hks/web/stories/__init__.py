"""The stories of the demo, played through the services of the rooms."""
