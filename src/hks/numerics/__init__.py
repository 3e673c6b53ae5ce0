"""What several sciences share."""
