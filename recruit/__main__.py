"""`python -m recruit` is `recruit`."""

from recruit.cli.main import main

main()
