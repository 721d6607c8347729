#!/bin/sh
# make.sh CACHE: makes the images that the example's manifest starts from, of
# Debian packages alone, under the names and tags that it has for them. An image
# that the engine has already stays as it is. What was made is kept in the folder
# CACHE, under a name that is the hash of what it is made of; the folder may be
# empty or missing. Prints the references that it made or loaded.
set -eu
cache=${1:?usage: make.sh CACHE}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
cd "$(dirname "$0")"

work=
# shellcheck disable=SC2317 # a trap calls it
clean() {
	[ -z "$work" ] || rm -rf "$work"
	rm -f "$cache"/*.tar.$$
}
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The base: Debian 13 without documentation and locales, as the slim images are.
make_debian() { # REFERENCE
	mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Origin: Debian' | grep -v security | head -n 1)
	if [ -z "$mirror" ]; then
		echo "make.sh: apt knows no Debian mirror; run apt-get update first" >&2
		exit 1
	fi
	work=$(mktemp -d "${TMPDIR:-/var/tmp}/omegagen-debian.XXXXXX")
	debootstrap --variant=minbase trixie "$work" "$mirror"
	cat >"$work/etc/dpkg/dpkg.cfg.d/slim" <<-'CFG'
		path-exclude=/usr/share/doc/*
		path-exclude=/usr/share/info/*
		path-exclude=/usr/share/locale/*
		path-exclude=/usr/share/man/*
	CFG
	rm -rf "$work"/usr/share/doc/* "$work"/usr/share/info/* "$work"/usr/share/locale/* "$work"/usr/share/man/* \
		"$work"/var/cache/apt/*.bin "$work"/var/cache/apt/archives/*.deb "$work"/var/lib/apt/lists/* "$work"/var/log/*.log
	printf 'Acquire::Retries "3";\nDPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };\n' \
		>"$work/etc/apt/apt.conf.d/docker-clean"
	: >"$work/etc/hostname"
	: >"$work/etc/resolv.conf"
	tar -C "$work" --numeric-owner -c . | docker import --change 'CMD ["bash"]' - "$1"
	rm -rf "$work"
	work=
}

while read -r reference recipe; do
	if docker image inspect "$reference" >/dev/null 2>&1; then
		continue
	fi
	key=$(cat make.sh "$recipe".* "$recipe"-* 2>/dev/null | sha256sum | cut -c 1-16)
	kept=$cache/$recipe-$key.tar
	if [ -f "$kept" ]; then
		docker load --quiet --input "$kept" >&2
	else
		case $recipe in
		debian) make_debian "$reference" >&2 ;;
		*) docker build --progress plain --file "$recipe.Dockerfile" --tag "$reference" . >&2 ;;
		esac
		rm -f "$cache/$recipe-"*.tar
		docker save --output "$kept.$$" "$reference"
		mv "$kept.$$" "$kept"
	fi
	echo "$reference"
done <<'IMAGES'
debian:13.1-slim debian
golang:1.24-trixie golang
pgvector/pgvector:0.8.0-pg17 postgres
prom/prometheus:v2.53.3 prometheus
IMAGES
