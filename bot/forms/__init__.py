"""The one-time web form, where identity numbers and documents are given outside the chat."""
