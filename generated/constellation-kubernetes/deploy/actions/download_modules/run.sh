#!/bin/sh
# from action.download_modules
set -e
go mod download
