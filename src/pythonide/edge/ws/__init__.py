"""The WebSocket: hello, dispatch of commands, pump of bytes."""
