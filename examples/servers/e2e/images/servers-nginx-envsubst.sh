#!/bin/sh
# Templates become configuration, with the environment's values.
set -e
if [ ! -w /etc/nginx/conf.d ]; then
	echo "$0: /etc/nginx/conf.d is not writable"
	exit 0
fi
names=$(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/${\1}/p' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
	[ -e "$template" ] || continue
	name=${template##*/}
	envsubst "$names" <"$template" >"/etc/nginx/conf.d/${name%.template}"
done
