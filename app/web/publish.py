"""Write the browser's files as they are served, compressed: `python -m app.web.publish`."""

import os
import shutil
from pathlib import Path

from whitenoise.compress import Compressor

from app.web.assets import PUBLISHED, SOURCE, digest, files

KEPT = 3  # a server that was started before the last change still serves an older folder


def publish() -> Path:
    """Write the files and their compressed copies, unless they are there; return the folder."""
    target = PUBLISHED / digest()
    if not target.is_dir():
        unfinished = target.with_suffix(f".{os.getpid()}")
        shutil.copytree(SOURCE, unfinished, ignore=shutil.ignore_patterns(".*"))
        _compress(unfinished)
        os.utime(unfinished)  # a copy is as old as its source
        _rename(unfinished, target)
        _forget_the_oldest()
    return target


def _compress(folder: Path) -> None:
    """Write gzip and Brotli copies of what they make smaller."""
    compressor = Compressor(quiet=True)
    for path in list(files(folder)):
        if compressor.should_compress(path.name):
            compressor.compress(str(path))


def _rename(unfinished: Path, target: Path) -> None:
    """Let the folder appear as a whole, unless another process was faster."""
    try:
        unfinished.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(unfinished)


def _forget_the_oldest() -> None:
    """Keep some finished folders."""
    finished = [path for path in PUBLISHED.iterdir() if path.is_dir() and not path.suffix]
    for folder in sorted(finished, key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(folder)


if __name__ == "__main__":
    publish()
