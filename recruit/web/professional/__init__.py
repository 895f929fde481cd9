"""The pages of health professionals, of their patients’ cards, and of who answers them."""
