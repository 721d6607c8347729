#!/bin/sh
# from secret.postgres_password
set -e
[ -s .omegagen/secrets/postgres_password ]
