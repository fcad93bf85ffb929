"""MySQL and MariaDB."""

from .dialect import MySQL

__all__ = ["MySQL"]
