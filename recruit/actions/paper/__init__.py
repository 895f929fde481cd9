"""Joining without the network: a form on paper or a call, typed in twice by the team."""
