#!/bin/sh
# from action.check_go
set -e
go version
