"""The commands of `pandu`, one module each."""
