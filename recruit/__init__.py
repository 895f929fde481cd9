"""Recruit finds, for each clinical trial, the consenting people who could take part."""
