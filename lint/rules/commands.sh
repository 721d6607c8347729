#!/bin/sh
# Lists the commands of docker, its plugins and curl with their options, as the
# programs themselves describe them: `lint/rules/commands.sh > lint/rules/commands.txt`.
# An option that takes a value ends in "=".
# DOCKER, COMPOSE and BUILDX are the programs; CURL is curl.
set -eu
export LC_ALL=C COLUMNS=200

# Prints a command's line, then those of its subcommands.
describe() { # PROGRAM SHOWN-NAME, both possibly several words
    help=$($1 --help 2>/dev/null) || return 0
    printf '%s\n' "$help" | awk -v shown="$2" '
        /^[A-Z].*:$/ { section = $0; next }
        section ~ /(Options|Flags):$/ && /^  (    )?-/ {
            line = $0; sub(/^ +/, "", line)
            n = split(line, w, / +/)
            names = ""
            for (i = 1; i <= n && w[i] ~ /^-/; i++) { sub(/,$/, "", w[i]); names = names " " w[i] }
            # The type of a value is one word, one space after the name; the description stands at least two after it.
            sub(/^(-[A-Za-z0-9], )?--?[A-Za-z0-9-]+/, "", line)
            value = (line ~ /^ [A-Za-z0-9<>|-]+(  |$)/) ? "=" : ""
            m = split(names, o, " ")
            for (k = 1; k <= m; k++) opts = opts " " o[k] value
        }
        section ~ /^Aliases:/ && /docker/ { gsub(/^ +/, ""); a = a ", " $0 }
        END {
            print shown opts
            m = split(a, x, /, +/)
            for (k = 1; k <= m; k++) if (x[k] != "" && x[k] != shown) print x[k] opts
        }'
    printf '%s\n' "$help" | awk '
        /^[A-Z].*:$/ { in_commands = ($0 ~ /Commands:$/); next }
        in_commands && /^  [a-z]/ { sub(/\*$/, "", $1); print $1 }' |
        while read -r sub; do describe "$1 $sub" "$2 $sub" </dev/null; done
}

{
    describe "${DOCKER:-docker}" docker
    describe "${COMPOSE:-docker compose}" "docker compose"
    describe "${BUILDX:-docker buildx}" "docker buildx"
    printf 'curl'
    "${CURL:-curl}" --help all | awk '
        NR > 1 && /^ *-/ {
            line = $0; sub(/^ +/, "", line)
            value = (line ~ /^(-., )?--[a-z0-9.-]+ +</) ? "=" : ""
            n = split(line, w, /[ ,]+/)
            for (i = 1; i <= 2 && i <= n; i++) if (w[i] ~ /^-/) printf " %s%s", w[i], value
        }'
    echo
} | sort -u
