"""Next-item ranking by the LLM: one token an item, read in one short pass."""
