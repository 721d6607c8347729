FROM debian:12
ENV PATH=/app/bin:$PATH
