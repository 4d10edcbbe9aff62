"""Contributions as rows, from outside."""
