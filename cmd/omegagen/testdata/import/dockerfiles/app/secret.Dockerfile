FROM debian:12
RUN --mount=type=secret,id=npmrc npm ci
