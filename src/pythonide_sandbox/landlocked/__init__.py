"""Tier C: runs of an ordinary user without namespaces, held by Landlock, seccomp and a keeper each."""
