"""A town's money: equalisation, budget, room for manoeuvre, early warning and fees, over years and draws."""
