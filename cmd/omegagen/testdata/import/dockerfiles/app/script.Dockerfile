# syntax=docker/dockerfile:1
FROM debian:12-slim
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
RUN <<EOF
apt-get update
apt-get install -y curl
EOF
ENV B=2 A=1 C="x y"
ADD https://example.org/a.tar.gz /a/
COPY ["a b", "c", "/x y/"]
VOLUME /data /more
STOPSIGNAL SIGINT
ENTRYPOINT exec app $A
