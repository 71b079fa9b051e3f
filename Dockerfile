FROM python:3.13-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home frechet \
    && install -d -o frechet /data
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY course course
RUN pip install --no-cache-dir ".[site,postgres,stripe]"
USER frechet
ENV FRECHET_DATA=/data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --start-period=20s CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz')"
CMD ["frechet", "serve", "--host", "0.0.0.0", "--workers", "2"]
