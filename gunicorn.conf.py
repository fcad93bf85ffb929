"""How gunicorn serves the app; found by gunicorn itself when started in this folder."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from app import settings as _settings

_loaded = _settings.load()
_memory = Path("/dev/shm")  # noqa: S108 - Linux's memory file system, for empty heartbeat files

wsgi_app = "app:create_app()"
bind = f"{_loaded.host}:{_loaded.port}"

# Threads wait for the database, processes use the cores. The app is not loaded before the fork:
# a connection shared by two processes would mix up their answers.
worker_class = "app.worker.Worker"
workers = _loaded.web_concurrency

# Those that ask the database, those that wait for it, and those that send exports; the rest are a
# lane of their own, for /healthz, files, and saying 503.
threads = _loaded.max_draws + _loaded.max_waiting + _loaded.max_exports + 8

# A worker is replaced now and then, never all at once: what leaked is given back.
max_requests = 50_000
max_requests_jitter = 10_000

# No statement may run as long as that; a worker silent for so long is stuck.
timeout = 30 + _loaded.statement_timeout_ms // 1000
graceful_timeout = 15
keepalive = 5

# A heartbeat on a slow disk looks like a stuck worker.
worker_tmp_dir = str(_memory) if _memory.is_dir() else None

# It would be a socket under the home folder, which a container may not write.
control_socket_disable = True

# The path without the query: a draw's has two kilobytes, and what people search for is theirs.
accesslog = "-"
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)sB %(M)sms'

# Each worker writes its numbers there for /metrics, which whichever is asked sums up.
if _loaded.metrics and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _numbers = os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")
    _master = os.getpid()

    @atexit.register
    def _remove_numbers() -> None:
        """Leave nothing behind; a worker's end is not the end."""
        if os.getpid() == _master:
            shutil.rmtree(_numbers, ignore_errors=True)
