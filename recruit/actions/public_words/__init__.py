"""What anybody writes to us on a study's page, and the answers that stand there for everybody."""
