"""The desk: where agents and administrators work."""
