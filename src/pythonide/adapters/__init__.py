"""The world outside: sandbox, bus, disk, database engine, clock; one file each."""
