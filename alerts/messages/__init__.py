"""What is said: messages, digests and briefs, as text and as HTML."""
