#!/bin/sh
# from action.build["constellationctl"]
set -e
rm -f bin/constellationctl && CGO_ENABLED=0 go build -mod=vendor -trimpath -ldflags='-s -w -X main.version=1.0.0' -o bin/constellationctl ./cmd/constellationctl
