# One image; the command chooses the role (see docker-compose.yml).
FROM python:3.12-slim AS build
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/comity && /opt/comity/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY . .
RUN /opt/comity/bin/python platform/browser/build.py \
    && /opt/comity/bin/python -m comity.web.translate compile \
    && /opt/comity/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/comity --create-home comity
COPY --from=build /opt/comity /opt/comity
USER comity
ENV PATH=/opt/comity/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /var/lib/comity
CMD ["comity-server", "serve"]
