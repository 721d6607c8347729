#!/bin/sh
# from secret.mariadb_root_password
set -e
# 24 random characters, generated once
if [ -s .omegagen/secrets/mariadb_root_password ]; then
    echo 'The secret already exists.'
    exit 0
fi
mkdir -p .omegagen/secrets
chmod 0700 .omegagen/secrets
umask 077
od -A n -v -t u1 -N 112 /dev/urandom | LC_ALL=C awk '
    BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
    { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < 24) out = out substr(set, $i % 62 + 1, 1) }
    END { if (length(out) < 24) exit 1; printf "%s", out }' >.omegagen/secrets/mariadb_root_password.new
chmod 0444 .omegagen/secrets/mariadb_root_password.new
sync .omegagen/secrets/mariadb_root_password.new 2>/dev/null || sync
[ -s .omegagen/secrets/mariadb_root_password ] || mv .omegagen/secrets/mariadb_root_password.new .omegagen/secrets/mariadb_root_password
sync .omegagen/secrets 2>/dev/null || sync
