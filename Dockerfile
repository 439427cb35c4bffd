# Written, not run: there was no container engine where this was written.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock pyproject.toml README.md ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock
COPY eligibility eligibility
COPY cards cards
COPY cds_service cds_service
COPY trials trials
COPY fhir_fixtures fhir_fixtures
RUN /venv/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
COPY --from=build /venv /venv
RUN useradd --system --no-create-home cds
USER cds
EXPOSE 8080
# Unsigned calls are accepted (--open): put a proxy that authenticates in front, and no open network.
CMD ["/venv/bin/cds-service", "serve", "--open", "--host", "0.0.0.0", "--port", "8080"]
