"""Who is a health professional: their number, and what a directory says of it."""
