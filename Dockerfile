# Untried: there was no engine to build it with. Its commands are those that docs/operations.md has tried.
FROM python:3.13-slim AS build
WORKDIR /srv/shop
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY shop shop
COPY messaging_plugin messaging_plugin
RUN python -m venv /srv/venv && /srv/venv/bin/pip install --no-cache-dir -c constraints.txt -e .
COPY manage.py schema.graphql ./
RUN DEBUG=0 SECRET_KEY=for-collectstatic-only STATIC_ROOT=/srv/shop/static /srv/venv/bin/python manage.py collectstatic --no-input

FROM python:3.13-slim
RUN useradd --system --uid 10001 shop
COPY --from=build /srv /srv
WORKDIR /srv/shop
ENV PATH=/srv/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0 STATIC_ROOT=/srv/shop/static
USER shop
EXPOSE 8001
# ALLOWED_HOSTS must have localhost for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://localhost:8001/healthz', timeout=4)"]
CMD ["uvicorn", "shop.asgi:application", "--host", "0.0.0.0", "--port", "8001", "--workers", "2", "--ws", "wsproto", "--ws-per-message-deflate", "false", "--proxy-headers", "--timeout-keep-alive", "75", "--timeout-graceful-shutdown", "10", "--timeout-worker-healthcheck", "30"]
