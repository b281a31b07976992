# One image for web, worker, beat and migrations; docker-compose.yml tells them apart.

FROM node:24-slim AS node
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.11-slim-bookworm AS build
RUN python -m venv /opt/venv
COPY requirements.lock /tmp/
RUN /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/requirements.lock
WORKDIR /app
COPY bin/assets bin/
COPY --from=node /app/node_modules node_modules
RUN python bin/assets

FROM python:3.11-slim-bookworm
# Pango draws PDF text; Tinos has the widths of Times New Roman. pg_dump must be as new as the server, which Debian's is
# not: PostgreSQL's own packages have it.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        ca-certificates fonts-croscore libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 postgresql-common \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home portal \
    && install -d -o portal -g portal /data /data/files /backups
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 CDT_DATA_DIR=/data
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY . .
COPY --from=build /app/static/vendor static/vendor
# Settings ask for what production must have; nothing of it is used or kept here.
RUN DATABASE_URL=postgres://none@none/none REDIS_URL=redis://none SECRET_KEY=none CDT_ALLOWED_HOSTS=none \
    CDT_FIELD_KEYS=k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["python", "bin/healthy"]
# WEB_CONCURRENCY sets the number of processes.
CMD ["gunicorn", "cdt_portal.wsgi", "--bind", "0.0.0.0:8000", "--threads", "4", \
    "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--max-requests", "2000", "--max-requests-jitter", "200"]
