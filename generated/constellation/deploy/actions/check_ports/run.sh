#!/bin/sh
# from action.check_ports
set -e
ss -Hltn
