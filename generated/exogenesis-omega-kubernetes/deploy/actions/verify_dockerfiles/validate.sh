#!/bin/sh
# from action.verify_dockerfiles
set -e
grep -q '^FROM ' Dockerfile.constellation
grep -q '^FROM ' Dockerfile.federation
