#!/bin/bash
# What the official RabbitMQ image does at its start: as root, give the data
# folder to rabbitmq and go on as rabbitmq; variables that it once took, and takes no
# more, end it.
set -eu
if [ "$1" = rabbitmq-server ] && [ "$(id -u)" = 0 ]; then
	find "$RABBITMQ_DATA_DIR" ! -user rabbitmq -exec chown rabbitmq {} +
	exec gosu rabbitmq "$0" "$@"
fi
for variable in RABBITMQ_DEFAULT_PASS_FILE RABBITMQ_DEFAULT_USER_FILE RABBITMQ_VM_MEMORY_HIGH_WATERMARK; do
	if [ -n "${!variable:-}" ]; then
		echo "error: $variable is set but deprecated" >&2
		exit 1
	fi
done
exec "$@"
