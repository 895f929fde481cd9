"""Looking for a study: everyday words of both languages, right or misspelt, and a place."""
