"""What rules find in a message, each kind of thing in its file."""
