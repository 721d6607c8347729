-- Run by psql inside the database's container, which mounts the secrets.
\set ON_ERROR_STOP on
\set password `cat "$OMEGA_APP_PASSWORD_FILE"`
ALTER ROLE "omega_app" PASSWORD :'password';
\set password `cat "$OMEGA_FEDERATION_PASSWORD_FILE"`
ALTER ROLE "omega_federation" PASSWORD :'password';
