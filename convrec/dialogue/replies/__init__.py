"""What is said back, in words and quick replies."""
