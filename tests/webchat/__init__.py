"""The web chat, from outside: a real server and a browser's requests."""
