"""Articles: what is true, in words, with every figure taken from the rules."""
