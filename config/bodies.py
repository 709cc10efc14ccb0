"""A request whose body was cut on its way is no request.

A server hands on what arrived before the connection broke, and Django parses it: half a file would be evidence, half a sentence an
entry. Here reading such a body fails, as reading from a broken connection does; CSRF's check then refuses the request.
"""


def whole_bodies(application):
    """The WSGI application `application`, reading bodies only as long as their Content-Length says."""

    def around(environ, start_response):
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal():
            environ["wsgi.input"] = _Whole(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return around


class _Whole:
    """A body that must hold `length` bytes. Reading raises ConnectionResetError where it ends before."""

    def __init__(self, stream, length):
        self.stream, self.left = stream, length

    def read(self, size=-1):
        asked = self._asked(size)
        return self._counted(data := self.stream.read(asked), is_whole=len(data) == asked)

    def readline(self, size=-1):
        asked = self._asked(size)
        return self._counted(data := self.stream.readline(asked), is_whole=len(data) == asked or data.endswith(b"\n"))

    def __iter__(self):
        return iter(self.readline, b"")

    def _asked(self, size):
        return self.left if size is None or size < 0 else min(size, self.left)

    def _counted(self, data, *, is_whole):
        """A server reads until it has what it was asked for, or until nothing comes any more."""
        if not is_whole:
            raise ConnectionResetError("The body ended before its length.")
        self.left -= len(data)
        return data
