"""What happens to a page: extract, tag, identify, store. One stage a file, thin over pure functions."""
