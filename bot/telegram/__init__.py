"""The Telegram channel for participants."""
