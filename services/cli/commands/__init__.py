"""What one types: each command's arguments and its help. Nothing here does the work."""
