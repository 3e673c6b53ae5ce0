"""What people contribute: public texts, and confidential answer sheets."""
