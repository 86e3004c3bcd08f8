"""Faithful stand-ins for the ports; the contract suites hold them to what the real adapters do."""
