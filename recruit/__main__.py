"""`python -m recruit` is `recruit`."""

from recruit.cli.main import main

if __name__ == "__main__":  # a worker process loads this file under another name
    main()
