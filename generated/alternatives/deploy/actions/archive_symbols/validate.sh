#!/bin/sh
# from action.archive_symbols
set -e
test -s .omegagen/server.debug
