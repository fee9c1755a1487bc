"""The kiosk's memory: a few SQLite files, each with its schema, its migrations and one writer. No SQLite elsewhere."""
