"""The wire: every command, reply and event, from one source."""
