"""What officials may see: which numbers there are, and which of them are hidden so that no single firm shows."""
