import sys

for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.name, stream.encoding, stream.errors, stream.mode, stream.line_buffering, stream.newlines)
    print(type(stream), type(stream.buffer), type(stream.buffer.raw), stream.fileno(), stream.isatty())
    print(repr(stream), repr(stream.buffer), stream.write_through, stream.closed)
    print(stream.buffer.raw.closefd, stream.buffer.raw.mode, stream.seekable(), stream.readable(), stream.writable())
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
print(sys.__stdin__ is sys.stdin, sys.__stdout__ is sys.stdout, sys.__stderr__ is sys.stderr)
