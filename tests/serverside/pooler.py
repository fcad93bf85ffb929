"""PgBouncer in transaction mode before a server: what its connections remember is nobody's."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.needed import needed
from tests.serverside.standby import USER
from tests.test_gunicorn import free_port, wait_for

HOW_TO_GET_IT = "PgBouncer is not on this machine; on Debian, it is the package `pgbouncer`."
# Before version 1.20, what `options` says is only ignored: the role's own settings say it instead.
INI = """
[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
ignore_startup_parameters = options
"""


def found_pooler() -> str:
    """Return the program; without it, skip the test, or fail on CI."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    return needed(found, HOW_TO_GET_IT)


@contextmanager
def pooled(server: int, connections: int) -> Iterator[int]:
    """Give the port at which so many connections to a server's port are shared."""
    program, port = found_pooler(), free_port()
    with tempfile.TemporaryDirectory(prefix="pooler-") as folder:
        users, ini = Path(folder, "users.txt"), Path(folder, "pgbouncer.ini")
        users.write_text(f'"{USER}" ""\n"reader" ""\n')
        ini.write_text(INI.format(server=server, port=port, users=users, connections=connections))
        as_user = []
        if os.geteuid() == 0:  # it refuses to run as root
            as_user = ["runuser", "-u", USER, "--"]
            owner = pwd.getpwnam(USER)
            for path in (Path(folder), users, ini):
                os.chown(path, owner.pw_uid, owner.pw_gid)
        process = subprocess.Popen(  # noqa: S603
            [*as_user, program, "-q", str(ini)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
        )
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)
