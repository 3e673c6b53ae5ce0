"""What a region lives on: branches, commuters, trade areas and the ties between branches."""
