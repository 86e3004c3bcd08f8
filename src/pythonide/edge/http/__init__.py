"""Sign-in, files and pages over HTTP."""
