"""One sense or hand of the checkpoint each, each with a working fake. Nothing here decides who may pass."""
