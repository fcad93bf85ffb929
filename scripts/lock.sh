#!/bin/sh
# Resolve every requirement anew, with hashes, into requirements/*.txt.
# The oldest supported Python does it: what it can install, the newer ones can too.
set -eu
cd "$(dirname "$0")/.."

python3.11 -m venv build/lock
build/lock/bin/pip install --quiet --disable-pip-version-check 'pip-tools~=7.6'

compile() {
    build/lock/bin/pip-compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
        --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --no-emit-options "$@"
}

# dev holds all of runtime; the others follow its choices.
compile --output-file requirements/dev.txt requirements/dev.in
for group in runtime load bench build node; do
    compile --constraint requirements/dev.txt --output-file "requirements/$group.txt" \
        "requirements/$group.in"
done

# The other SQLAlchemy that tests run on; it is installed last, over the one in dev.
compile --output-file requirements/sqlalchemy-2.0.txt requirements/sqlalchemy-2.0.in
