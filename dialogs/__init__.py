"""What the assistant asks, says and decides: pure of channels, databases and clocks."""
