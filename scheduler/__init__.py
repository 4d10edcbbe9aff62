"""Jobs that the clock starts: planning nudges, watching time targets, housekeeping. Nothing is sent from here."""
