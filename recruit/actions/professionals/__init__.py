"""Health professionals: who they are, what they hand to patients, what they ask."""
