"""Say whether the demo can listen on its port, before it does anything else."""

import errno
import socket
import sys

from app.settings import Settings, load

# What the system answers -> what is wrong, and what to do about it.
_TROUBLES = {
    errno.EADDRINUSE: (
        "is taken by another program",
        "stop that, or serve on another: make run PORT=8001",
    ),
    errno.EACCES: (
        "may not be used by this user",
        "serve on one from 1024 on: make run PORT=8000",
    ),
}
_OTHERWISE = "can't be listened on", "is HOST an address of this machine?"


def trouble(settings: Settings) -> str:
    """Say in a sentence why the port can't be served on; empty where it can."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        socket.create_server((settings.host, settings.port), family=family).close()
    except OSError as error:
        reason, remedy = _TROUBLES.get(error.errno or 0, _OTHERWISE)
        end = "" if remedy.endswith("?") else "."
        return f"Port {settings.port} of {settings.host} {reason}; {remedy}{end}"
    return ""


if __name__ == "__main__":
    sys.exit(trouble(load()) or 0)
