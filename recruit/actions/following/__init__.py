"""What became of everybody: where each person stands in each trial, since when, and who has it."""
