"""Words: of English, of the catalogue, and how they stand in a text."""
