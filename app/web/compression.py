"""Which answers are compressed, and how: where it costs the server least for what it saves.

One first page of users with the values that its columns offer, 38,163 bytes, on one of two cores
that other programs kept busy (median of 60):

    =========  =======  =========      =========  =======  =========
    algorithm    bytes  time (us)      algorithm    bytes  time (us)
    =========  =======  =========      =========  =======  =========
    zstd 1       5,429         37      gzip 1       6,998         58
    zstd 3       5,379         46      gzip 4       5,719        100
    zstd 6       5,248        122      gzip 6       5,567        268
    brotli 1     5,655         45      gzip 9       5,520        623
    brotli 4     5,231        185
    =========  =======  =========      =========  =======  =========

A further kilobyte less is worth a tenth of a millisecond of the server, a further percent is not.
Static files are another matter: they are compressed once, as far as it goes (`assets.py`).
"""

from flask import Flask
from flask_compress import Compress

CONFIGURATION = {
    "COMPRESS_ALGORITHM": ["zstd", "br", "gzip"],  # the first that the browser takes
    "COMPRESS_ZSTD_LEVEL": 3,
    "COMPRESS_BR_LEVEL": 1,
    "COMPRESS_LEVEL": 4,  # gzip's
    "COMPRESS_MIN_SIZE": 1400,  # less is one packet, compressed or not
}


def register(app: Flask) -> None:
    """Compress the application's answers, but for files, which WhiteNoise serves before it."""
    app.config.update(CONFIGURATION)
    Compress(app)
