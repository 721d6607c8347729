#!/bin/sh
# from action.verify_modules
set -e
go mod verify
