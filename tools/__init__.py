"""For people who work on the course; nothing here is installed with it."""
