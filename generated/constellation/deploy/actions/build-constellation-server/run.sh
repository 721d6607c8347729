#!/bin/sh
# from action.build["constellation-server"]
set -e
rm -f bin/constellation-server && CGO_ENABLED=0 go build -mod=vendor -trimpath -ldflags='-s -w -X main.version=1.0.0' -o bin/constellation-server ./cmd/constellation-server
