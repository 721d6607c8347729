#!/bin/sh
# engine.sh TOOLS COMMAND...: run COMMAND with a Docker Engine of 25 or later
# (what the kit needs), Compose and buildx. The running engine is taken if it is
# one. Otherwise one is started of Debian trixie's docker.io, unpacked below TOOLS,
# with this machine's own runc. It has a network, mount and PID namespace of its
# own: its socket, data root, bridges, firewall rules and ports are no others'.
# COMMAND runs in the same network namespace, and when it ends, or this script is
# killed, everything is stopped and removed. Needs root. Ends with COMMAND's
# status.
set -eu

if [ $# -lt 2 ]; then
	echo "usage: engine.sh TOOLS COMMAND..." >&2
	exit 2
fi
tools=$(cd "$1" && pwd)
shift

print_versions() {
	docker version --format 'Docker Engine {{.Server.Version}} (client {{.Client.Version}}, API {{.Server.APIVersion}})'
	docker info --format '{{.Driver}}, cgroup version {{.CgroupVersion}}, kernel {{.KernelVersion}}'
	printf 'Compose %s\n' "$(docker compose version --short)"
	docker buildx version
}

running=$(docker version --format '{{.Server.Version}}' 2>/dev/null || true)
case ${running%%.*} in
'' | *[!0-9]* | ?) ;;
*)
	if [ "${running%%.*}" -ge 25 ] && docker compose version --short >/dev/null 2>&1 && docker buildx version >/dev/null 2>&1; then
		echo "The running engine is taken."
		print_versions
		export PATH="$PATH:$tools/engine/usr/bin"
		exec "$@"
	fi
	;;
esac

if [ "$(id -u)" != 0 ]; then
	echo "engine.sh: starting an engine needs root (E2E=0 leaves the end-to-end tests out)" >&2
	exit 1
fi

if [ ! -x "$tools/engine/usr/sbin/dockerd" ]; then
	echo "engine.sh: no engine is unpacked below $tools: run make tools first" >&2
	exit 1
fi

# One name holds all that is made: NAME of the namespace, the interfaces'
# prefix, the cgroups, and the folders.
prefix=omegagen-e2e
name=$prefix-$$
run=/run/$name
disk=/var/tmp/$name

# others NAME: the names of the engines, but this, whose script runs.
others() {
	for other in /run/"$prefix"-*; do
		if [ "$other" != "/run/$1" ] && [ -e "/proc/${other##*-}" ]; then
			echo "${other#/run/}"
		fi
	done
}

# remove NAME NUMBER: what an engine with that process number has left.
remove() {
	for rule in "-D FORWARD -i oe$2 -j ACCEPT" "-D FORWARD -o oe$2 -j ACCEPT" \
		"-t nat -D POSTROUTING -s $(address "$2" 2)/32 -j MASQUERADE"; do
		# shellcheck disable=SC2086 # a rule's words
		iptables -w $rule 2>/dev/null || true
	done
	ip link delete "oe$2" 2>/dev/null || true
	ip netns delete "$1" 2>/dev/null || true
	umount --lazy "/var/tmp/$1/small" 2>/dev/null || true
	# It stays on while another engine forwards; the last one that ends turns it
	# off, if the first one had turned it on.
	if [ -e "/run/$1/forwarding" ]; then
		heir=$(others "$1" | head -n 1)
		if [ -n "$heir" ]; then
			: >"/run/$heir/forwarding"
		else
			echo 0 >/proc/sys/net/ipv4/ip_forward
		fi
	fi
	rm -rf "/run/$1" "/var/tmp/$1" || true
	# A cgroup goes once the kernel has let go of its last process.
	for _ in 1 2 3 4 5; do
		find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + 2>/dev/null || true
		[ -n "$(find /sys/fs/cgroup -type d -path "*/$1*" 2>/dev/null)" ] || break
		sleep 1
	done
}

# thaw NAME: a frozen process of a paused container can't be ended.
thaw() {
	for freezer in /sys/fs/cgroup/freezer/"$1"/*/freezer.state; do
		[ ! -e "$freezer" ] || echo THAWED >"$freezer"
	done
}

# address NUMBER HOST: an address of the range that is reserved for tests
# between networks (RFC 2544), by process number.
address() {
	echo "198.$((18 + $1 / 16384 % 2)).$(($1 / 64 % 256)).$(($1 % 64 * 4 + $2))"
}

# What runs that were killed have left.
for old in /run/"$prefix"-* /var/tmp/"$prefix"-*; do
	number=${old##*-}
	case $number in
	*[!0-9]*) continue ;;
	esac
	if [ ! -e "/proc/$number" ]; then
		thaw "$prefix-$number"
		remove "$prefix-$number" "$number"
	fi
done

engine=
# shellcheck disable=SC2317 # a trap calls it
stop() {
	status=$?
	trap - EXIT
	trap '' HUP INT TERM
	if [ -n "$engine" ]; then
		init=$(cat "/proc/$engine/task/$engine/children" 2>/dev/null || true)
		init=${init%% *}
		thaw "$name"
		kill -KILL "$engine" 2>/dev/null || true
		wait "$engine" 2>/dev/null || true
		# The namespace's first process is gone when all others are.
		for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			[ -e "/proc/${init:-none}" ] || break
			sleep 0.5
		done
	fi
	if [ "$status" != 0 ] && [ -f "$run/dockerd.log" ]; then
		echo "engine.sh: the last errors in the log of dockerd:" >&2
		grep -v -E 'level=(info|warning)' "$run/dockerd.log" | tail -n 20 >&2 || true
	fi
	remove "$name" "$$"
	exit "$status"
}
trap stop EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$run" "$disk/docker" "$disk/tmp" "$disk/small"
chmod 0700 "$run" "$disk"

# A disk that can be filled up. It is mounted now because the engine sees no
# mount of later.
mount -t tmpfs -o size=450m tmpfs "$disk/small"

# A network of its own, which reaches Debian's mirror through this machine.
ip netns add "$name"
ip link add "oe$$" type veth peer name eth0 netns "$name"
mtu=$(ip -o link show "$(ip route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)" | sed -n 's/.* mtu \([0-9]*\).*/\1/p')
mtu=${mtu:-1500}
ip address add "$(address $$ 1)/30" dev "oe$$"
ip link set "oe$$" mtu "$mtu" up
ip -n "$name" address add "$(address $$ 2)/30" dev eth0
ip -n "$name" link set eth0 mtu "$mtu" up
ip -n "$name" link set lo up
ip -n "$name" route add default via "$(address $$ 1)"
if [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 0 ]; then
	: >"$run/forwarding" # was off, and is off again afterwards
	echo 1 >/proc/sys/net/ipv4/ip_forward
fi
iptables -w -I FORWARD -i "oe$$" -j ACCEPT
iptables -w -I FORWARD -o "oe$$" -j ACCEPT
iptables -w -t nat -A POSTROUTING -s "$(address $$ 2)/32" -j MASQUERADE

export PATH="$tools/engine/usr/sbin:$tools/engine/usr/bin:$PATH"
export DOCKER_HOST="unix://$run/docker.sock"
export DOCKER_CONFIG="$run/config"
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY DOCKER_CERT_PATH
mkdir -p "$DOCKER_CONFIG/cli-plugins"
for plugin in docker-compose docker-buildx; do
	ln -s "$tools/engine/usr/libexec/docker/cli-plugins/$plugin" "$DOCKER_CONFIG/cli-plugins/$plugin"
done

# A shell is the first process of the PID namespace: when it ends, the kernel
# ends dockerd, containerd and every container. It ends with this script, however
# that ends.
cat >"$run/init" <<-'INIT'
	#!/bin/sh
	dockerd "$@" &
	dockerd=$!
	while kill -0 "$dockerd" 2>/dev/null; do wait || true; done
INIT
echo '{}' >"$run/daemon.json"
setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
	nsenter --net="/run/netns/$name" sh "$run/init" \
	--host "$DOCKER_HOST" \
	--data-root "$disk/docker" \
	--exec-root "$run/exec" \
	--pidfile "$run/dockerd.pid" \
	--config-file "$run/daemon.json" \
	--cgroup-parent "/$name" \
	--init-path /usr/bin/tini-static \
	--mtu "$mtu" \
	>"$run/dockerd.log" 2>&1 &
engine=$!

waited=0
until docker info >/dev/null 2>&1; do
	if [ "$waited" -ge 120 ] || ! kill -0 "$engine" 2>/dev/null; then
		echo "engine.sh: dockerd has not come up in ${waited}s" >&2
		cat "$run/dockerd.log" >&2
		exit 1
	fi
	sleep 1
	waited=$((waited + 1))
done
print_versions

export TMPDIR="$disk/tmp" OMEGAGEN_E2E_SMALL_DISK="$disk/small"
setpriv --pdeathsig TERM nsenter --net="/run/netns/$name" "$@" &
command=$!

# end STATUS: a signal goes on to the command, which has a while to remove what
# it has made; the engine ends after it.
# shellcheck disable=SC2317 # traps call it
end() {
	trap '' HUP INT TERM
	kill -TERM "$command" 2>/dev/null || true
	(
		for _ in 1 2 3 4 5 6 7 8 9; do sleep 10; done
		kill -KILL "$command"
	) >/dev/null 2>&1 &
	watchdog=$!
	wait "$command" || true
	kill -KILL "$watchdog" 2>/dev/null || true
	exit "$1"
}
trap 'end 129' HUP
trap 'end 130' INT
trap 'end 143' TERM
status=0
wait "$command" || status=$?
exit "$status"
