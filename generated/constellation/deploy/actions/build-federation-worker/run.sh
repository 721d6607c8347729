#!/bin/sh
# from action.build["federation-worker"]
set -e
rm -f bin/federation-worker && CGO_ENABLED=0 go build -mod=vendor -trimpath -ldflags='-s -w -X main.version=1.0.0' -o bin/federation-worker ./cmd/federation-worker
