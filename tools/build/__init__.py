"""Builds the page into src/pythonide/web, for checkouts and for wheels. Standard library only: wheels are built with nothing else at hand."""
