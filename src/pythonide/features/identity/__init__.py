"""Users, logins and one-time links."""
