"""The doors to the outside: channels, the desk, the turn, and the processes that run them."""
