"""State machines with virtual time, and the planted defects that prove that they bite."""
