ARG V=1
FROM alpine:${V}.20
ENV V=2
