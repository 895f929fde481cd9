"""Which of all studies suit one person, best first; nothing of the person is kept."""
