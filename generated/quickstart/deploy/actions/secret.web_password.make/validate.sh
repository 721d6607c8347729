#!/bin/sh
# from secret.web_password
set -e
[ -s .omegagen/secrets/web_password ]
