#!/bin/sh
# make.sh CACHE [FOLDER]: makes the images that FOLDER/list has (without FOLDER,
# the list beside this script), of Debian packages alone. A line of the list is
#
#   REFERENCE RECIPE [TARGET]
#
# RECIPE is a path from FOLDER: RECIPE.Dockerfile is built in its own folder, up
# to TARGET where one is given. The recipe debian, beside this script, has no
# Dockerfile; it is what all the others start from, and so the first line.
#
# An image that the engine has already stays as it is. What was made is kept in
# the folder CACHE, a file for each recipe, under a name that is the hash of what
# it is made of; the folder may be empty or missing. Prints the references that
# it made or loaded.
set -eu
cache=${1:?usage: make.sh CACHE [FOLDER]}
mkdir -p "$cache"
cache=$(cd "$cache" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cd "${2:-$here}"

# A recipe's images have names of their own for as long as this script runs.
own=omegagen-e2e-make

work=
# shellcheck disable=SC2317 # a trap calls it
clean() {
	[ -z "$work" ] || rm -rf "$work"
	rm -f "$cache"/*.tar.$$ "$cache"/*.log.$$
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

# lines RECIPE: the list's references and targets of a recipe.
lines() {
	awk -v recipe="$1" '!/^#/ && $2 == recipe { print $1, $3 }' list
}

# own_name RECIPE TARGET
own_name() {
	echo "$own/${1##*/}:${2:-latest}"
}

# targets RECIPE: its targets, each once; "-" is the last stage.
targets() {
	lines "$1" | awk '{ print (NF > 1 ? $2 : "-") }' | sort -u
}

# build RECIPE: its images under their own names, all targets at once. What a
# build says is shown when it fails.
build() {
	folder=$(dirname "$1")
	if [ "${1##*/}" = debian ]; then
		make_debian "$(own_name "$1" '')" >&2
		return
	fi
	running=
	for target in $(targets "$1"); do
		[ "$target" != - ] || target=
		docker build --progress plain --file "$1.Dockerfile" ${target:+--target "$target"} --tag "$(own_name "$1" "$target")" "$folder" \
			>"$cache/${1##*/}-$target.log.$$" 2>&1 &
		running="$running $!:$target"
	done
	failed=
	for one in $running; do
		wait "${one%%:*}" || failed="$failed $cache/${1##*/}-${one#*:}.log.$$"
	done
	if [ -n "$failed" ]; then
		# shellcheck disable=SC2086 # a list of files
		cat $failed >&2
		exit 1
	fi
}

while read -r recipe; do
	missing=$(lines "$recipe" | while read -r reference target; do
		docker image inspect "$reference" >/dev/null 2>&1 || echo "$reference $target"
	done)
	[ -n "$missing" ] || continue
	key=$(cat "$here/make.sh" "$recipe".* "$recipe"-* 2>/dev/null | sha256sum | cut -c 1-16)
	kept=$cache/${recipe##*/}-$key.tar
	names=$(for target in $(targets "$recipe"); do own_name "$recipe" "${target#-}"; done)
	if [ -f "$kept" ]; then
		docker load --quiet --input "$kept" >&2
	else
		build "$recipe"
		rm -f "$cache/${recipe##*/}"-*.tar
		# shellcheck disable=SC2086 # a list of names
		docker save --output "$kept.$$" $names
		mv "$kept.$$" "$kept"
	fi
	echo "$missing" | while read -r reference target; do
		docker tag "$(own_name "$recipe" "$target")" "$reference"
		echo "$reference"
	done
	# shellcheck disable=SC2086 # a list of names
	docker image rm $names >/dev/null
done <<RECIPES
$(awk '!/^#/ && NF && !seen[$2]++ { print $2 }' list)
RECIPES
