"""From what rules and models found in a message to what it means."""
