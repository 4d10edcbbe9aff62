"""The web chat: the channel that needs no account."""
