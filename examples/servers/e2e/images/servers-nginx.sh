#!/bin/sh
# What the official nginx image does at its start: run the scripts in
# /docker-entrypoint.d, then nginx.
set -e
if [ "$1" = nginx ]; then
	for script in /docker-entrypoint.d/*.sh; do
		if [ -x "$script" ]; then
			echo "$0: Launching $script"
			"$script"
		fi
	done
	echo "$0: Configuration complete; ready for start up"
fi
exec "$@"
