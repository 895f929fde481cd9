"""Eligibility text, English or French, to criteria."""

from recruit.trials.parser.parser import parse, parse_criterion

__all__ = ["parse", "parse_criterion"]
