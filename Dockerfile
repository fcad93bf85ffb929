# The front-end files, exactly as locked.
FROM node:24-slim AS npm
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.13-slim AS assets
WORKDIR /src
COPY package.json package-lock.json ./
COPY scripts/vendor.py scripts/
COPY --from=npm /src/node_modules node_modules
RUN python scripts/vendor.py

# The packages, exactly as locked, in an environment without pip or compilers.
FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY requirements requirements
RUN pip install --require-hashes -r requirements/build.txt \
 && pip wheel --require-hashes --no-build-isolation -w /wheels -r requirements/runtime.txt \
 && python -m venv --without-pip /venv \
 && pip --python /venv/bin/python install --no-index --no-deps /wheels/*.whl

# The suite, with Chromium and a PostgreSQL to make a standby of: docker compose run --rm test
FROM packages AS test
RUN apt-get update \
 && apt-get install -y --no-install-recommends chromium postgresql \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home app
RUN pip --python /venv/bin/python install --require-hashes --no-build-isolation \
    -r requirements/dev.txt
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 CI=true
COPY --chown=app . .
COPY --chown=app --from=assets /src/static/vendor static/vendor
COPY --chown=app --from=npm /src/node_modules/axe-core node_modules/axe-core
RUN chown app /src
USER app
CMD ["python", "-m", "pytest", "-n", "auto", "--maxprocesses", "4"]

FROM python:3.13-slim AS web
RUN useradd --uid 10001 --no-create-home app && install -d -o app /srv/instance
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOST=0.0.0.0
WORKDIR /srv
COPY --from=packages /venv /venv
COPY gunicorn.conf.py ./
COPY templates templates
COPY docs/*.md docs/
COPY static static
COPY --from=assets /src/static/vendor static/vendor
COPY app app
RUN python -m compileall -q app && python -m app.web.publish
USER app
EXPOSE 8000
CMD ["python", "-m", "gunicorn"]
