#!/bin/sh
# from action.verify_ports_available
set -e
ss -Hltn
