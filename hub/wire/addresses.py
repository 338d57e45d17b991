"""The public address that links in replies and events begin with; told once, when a process starts."""

_public = "http://127.0.0.1:8080"


def speak_as(public_address: str) -> None:
    global _public
    _public = public_address.rstrip("/")


def absolute(path: str) -> str:
    """A path of the hub, such as `/vivere/maps`, as the address that a client anywhere can open."""
    return _public + path
