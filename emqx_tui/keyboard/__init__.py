"""The keyboard: every key of the program in one table, how keys are written, and what the user's own keys change."""
