#!/bin/sh
# from action.log_in
set -e
docker login registry.example.org/release
