"""What a talk so far calls for: a tuned reader of talks against the items of any catalogue."""
