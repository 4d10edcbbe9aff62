"""Jobs that the clock starts: planning nudges, watching time targets, housekeeping."""
