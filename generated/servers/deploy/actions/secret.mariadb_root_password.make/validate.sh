#!/bin/sh
# from secret.mariadb_root_password
set -e
[ -s .omegagen/secrets/mariadb_root_password ]
