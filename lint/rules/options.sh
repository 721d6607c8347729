#!/bin/sh
# Lists the long options of programs that scripts often run, as the programs
# themselves describe them: `lint/rules/options.sh > lint/rules/options.txt`.
# The programs are Cargo's commands, PostgreSQL's clients, promtool and amtool,
# and those of GNU. jq's are of its manual (jq 1.7), which --help shortens.
set -eu
export LC_ALL=C COLUMNS=200

longs() { grep -oE '(^|[ ,[|(])--[a-z][a-z0-9-]+' | grep -oE -e '--[a-z0-9-]+' | sort -u | tr '\n' ' '; }

line() { # NAME, and the help as input
    options=$(longs)
    [ -z "$options" ] || printf '%s %s\n' "$1" "$options"
}

{
    for p in base64 chmod chown cp cut date df diff du env find grep gzip head ls mkdir mktemp mv nproc readlink rm sed seq sha256sum sort stat tac tail tar tee timeout touch uniq wc xargs \
        psql pg_dump pg_restore pg_isready createdb pgbench; do
        command -v "$p" >/dev/null || continue
        "$p" --help 2>/dev/null | line "$p"
    done
    for s in add bench build check clean clippy doc fetch fix fmt generate-lockfile init install metadata new package publish remove run rustc rustdoc search test tree uninstall update vendor; do
        { cargo "$s" --help 2>/dev/null || true; } | line "cargo $s"
    done
    { promtool --help-long 2>/dev/null || promtool --help; } | longs | tr ' ' '\n' | grep -v '^--no-' | line promtool
    for s in "check config" "check rules" "check metrics" "check healthy" "check ready" "query instant" "query range" "test rules"; do
        { promtool $s --help 2>&1 || true; } | line "promtool $s"
    done
    for s in "check-config" "alert query" "alert add" "silence add" "silence query" "config routes test"; do
        { amtool $s --help 2>&1 || true; } | line "amtool $s"
    done
    echo "jq --seq --stream --stream-errors --slurp --raw-input --null-input --compact-output --tab --indent --color-output --monochrome-output --ascii-output --unbuffered --sort-keys --raw-output --raw-output0 --join-output --from-file --exit-status --arg --argjson --slurpfile --rawfile --argfile --args --jsonargs --run-tests --library-path --binary --build-configuration --help --version"
} | sed 's/ *$//; s/$/ --help --version/' | sort -u
