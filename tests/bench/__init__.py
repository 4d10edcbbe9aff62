"""The benchmark: Rasa's own loop and our durable turn side by side, and the planning of nudges."""
