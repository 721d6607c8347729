#!/bin/sh
# from action.verify_dockerfiles
set -e
ls -l Dockerfile.constellation Dockerfile.federation
