"""A small asynchronous client of the wire, for tests, benchmarks and the load tool."""
