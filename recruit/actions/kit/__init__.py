"""The share kit: texts and paper for everybody to pass on, and which of them led people here."""
