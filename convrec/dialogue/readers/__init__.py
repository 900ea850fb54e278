"""The tuned models as readers of messages, and the terms in which a message is taken apart."""
