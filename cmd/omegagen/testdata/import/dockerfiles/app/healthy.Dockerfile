ARG BASE=alpine
FROM ${BASE}:3.22 AS one
RUN adduser -D app
FROM one
COPY --from=0 --chmod=0755 /etc/passwd /p
USER app
EXPOSE 8080/tcp 53/udp
HEALTHCHECK --interval=20s --retries=4 CMD wget -q -O /dev/null http://127.0.0.1:8080/
LABEL a="b c"
