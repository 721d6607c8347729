#!/bin/sh
# Makes a root file system (default /opt/omegagen/pgvector) that holds a
# PostgreSQL server with pgvector, for the tests: Debian 12 has no package of
# it, Debian 13 has. Needs root and debootstrap; does nothing when it is there.
# With --check it only tells, by its status, whether the default one is there.
set -eu
check=
if [ "${1-}" = --check ]; then
	check=1
	shift
fi
root=${1:-/opt/omegagen/pgvector}
ls "$root"/usr/share/postgresql/*/extension/vector.control >/dev/null 2>&1 && exit 0
[ -z "$check" ] || exit 1
mirror=$(apt-get indextargets --format "\$(REPO_URI)" 'Origin: Debian' | grep -v security | head -n 1)
if [ -z "$mirror" ]; then
	echo "$0: apt knows no Debian mirror; run apt-get update first" >&2
	exit 1
fi
rm -rf "$root.part"
mkdir -p "$(dirname "$root")"
debootstrap --variant=minbase trixie "$root.part" "$mirror"
# The package would start a server on the usual port otherwise.
mkdir -p "$root.part/etc/postgresql-common"
echo 'create_main_cluster = false' >"$root.part/etc/postgresql-common/createcluster.conf"
printf '#!/bin/sh\nexit 101\n' >"$root.part/usr/sbin/policy-rc.d"
chmod 755 "$root.part/usr/sbin/policy-rc.d"
cp /etc/resolv.conf "$root.part/etc/resolv.conf"
chroot "$root.part" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-17-pgvector
rm -rf "$root.part"/var/cache/apt/archives/*.deb "$root.part"/var/lib/apt/lists/*
mv "$root.part" "$root"
