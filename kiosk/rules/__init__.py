"""The rules: pure functions over frozen values; nothing here reads a clock, a file, a database or a log."""
