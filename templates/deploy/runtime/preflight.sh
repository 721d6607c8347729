# ---- before it starts

problem() { # TEXT HOW-TO-MEND-IT
    problems=$((problems + 1))
    complain "$1"
    complain "  $2"
}

digest() { # FILE…: prints "sum  file" lines
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum -- "$@"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 -- "$@"
    else
        return 1
    fi
}

check_kit() { # stop|warn: are the kit's files those of deploy/SHA256SUMS? sets kit_present to what they are
    if ! command -v sha256sum >/dev/null 2>&1 && ! command -v shasum >/dev/null 2>&1; then
        [ "$1" = stop ] || return 0
        die 3 'Neither sha256sum nor shasum is here, so the kit cannot be checked: install one of them.'
    fi
    check_how=$1
    set --
    while read -r sum file; do
        set -- "$@" "$file"
    done <<SUMS
$kit_sums
SUMS
    kit_present=$(digest "$@" 2>/dev/null)
    [ "$kit_present" != "$kit_sums" ] || return 0
    [ ! -f "$base/accepted" ] || [ "$kit_present" != "$(cat "$base/accepted")" ] || return 0
    if [ -n "$accept_edits" ] && [ "$check_how" = stop ]; then
        [ -n "$dry_run" ] && return 0
        for file in "$@"; do
            [ -f "$file" ] || die 5 "The kit's file $file is missing: only edits can be accepted. Build the kit again."
        done
        make_folders
        put "$base/accepted" "$kit_present" || die 3 "Nothing can be written in $base: is the disk full?"
        return 0
    fi
    check_missing=''
    while read -r sum file; do
        if [ ! -f "$file" ]; then
            complain "The kit's file $file is missing."
            case $file in deploy/*) check_missing=1 ;; esac
        elif [ "$(digest "$file")" != "$sum  $file" ]; then
            complain "The kit's file $file does not match its checksum in deploy/SHA256SUMS."
        fi
    done <<SUMS
$kit_sums
SUMS
    [ "$check_how" = warn ] || die 5 'Build the kit again, or run with --accept-edits if the edits are meant.'
    case $command:$check_missing in verify:1 | bench:1) die 5 'Build the kit again.' ;; esac
}

copy_parts() { # keeps the parts as they were checked: a kit that is built meanwhile does this run no harm
    rm -rf "$base/kit"
    { mkdir "$base/kit" && cp -R "$kit_dir/deploy" "$base/kit/deploy"; } 2>/dev/null ||
        die 3 "The folder deploy cannot be copied to $base/kit: is the disk full?"
    parts_dir=$base/kit/deploy
    set --
    copy_want=''
    while read -r sum file; do
        case $file in
            deploy/*) set -- "$@" "$file"; copy_want="$copy_want$sum  $file
" ;;
        esac
    done <<SUMS
$kit_present
SUMS
    [ "$(cd "$base/kit" && digest "$@" 2>/dev/null)" = "${copy_want%?}" ] ||
        die 5 'The kit was built again while this run began. Run ./deploy.sh again.'
}

kit_replaced() { # says so when the kit was built again during this run
    [ "$(cat "$kit_dir/deploy/SHA256SUMS" 2>/dev/null)" = "$kit_sums" ] ||
        say 'The kit was built again during this run, which went on with the one that it began with. Run ./deploy.sh again.'
}

dotenv() { # NAME: sets dotenv_value and dotenv_found from .env
    { set +x; } 2>/dev/null # a trace must not show them
    dotenv_value='' dotenv_found=''
    [ -f .env ] || return 0
    while IFS= read -r dotenv_line || [ -n "$dotenv_line" ]; do
        case $dotenv_line in
            "$1="*)
                dotenv_found=1
                dotenv_value=${dotenv_line#*=}
                case $dotenv_value in
                    \"*\") dotenv_value=${dotenv_value#\"} dotenv_value=${dotenv_value%\"} ;;
                    \'*\') dotenv_value=${dotenv_value#\'} dotenv_value=${dotenv_value%\'} ;;
                esac
                ;;
        esac
    done <.env
}

check_env() { # placeholders must have been replaced; a secret that .env sets is the one to use
    { set +x; } 2>/dev/null
    [ -f .env ] || return 0
    while IFS= read -r env_line || [ -n "$env_line" ]; do
        case $env_line in
            \#*) ;;
            *=CHANGE_ME* | *=[\"\']CHANGE_ME*)
                problem "In .env, ${env_line%%=*} still has its placeholder." \
                    'Set it, or remove the line: this script makes the secrets that are missing.'
                ;;
        esac
    done <.env
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        [ -n "$dotenv_found" ] || continue
        case $dotenv_value in
            CHANGE_ME*) ;;
            '' | *[!A-Za-z0-9._~-]*)
                problem "In .env, ${env_pair%%=*} must be made of letters, digits and . _ ~ - alone, for it becomes part of URLs." 'Set it so, or remove the line.'
                ;;
            *)
                secret_value=''
                [ ! -f "$base/secrets/${env_pair#*=}" ] || IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
                if [ -n "$secret_value" ] && [ "$secret_value" != "$dotenv_value" ]; then
                    problem "In .env, ${env_pair%%=*} isn't the secret that the deployment was made with." \
                        "Remove the line, or put the value of $base/secrets/${env_pair#*=} in its place."
                fi
                ;;
        esac
    done
}

adopt_env() { # takes the secrets that .env sets
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        if [ -n "$dotenv_value" ] && [ ! -f "$base/secrets/${env_pair#*=}" ]; then
            printf '%s' "$dotenv_value" >"$base/secrets/${env_pair#*=}.new" && chmod 444 "$base/secrets/${env_pair#*=}.new" &&
                mv -f "$base/secrets/${env_pair#*=}.new" "$base/secrets/${env_pair#*=}"
        fi
    done
}

write_env() { # adds the exposed secrets that have been made to .env (0600)
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        [ -f "$base/secrets/${env_pair#*=}" ] || continue
        dotenv "${env_pair%%=*}"
        [ -z "$dotenv_found" ] || continue
        secret_value=''
        IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
        {
            [ ! -f .env ] || cat .env
            printf '%s=%s\n' "${env_pair%%=*}" "$secret_value"
        } >"$base/env.new" && chmod 600 "$base/env.new" && mv -f "$base/env.new" .env
    done
}

version_at_least() { # HAVE OP WANT, each a dotted version
    LC_ALL=C awk 'BEGIN {
        n = split(ARGV[1], a, "."); m = split(ARGV[3], b, "."); op = ARGV[2]; c = 0
        for (i = 1; i <= (n > m ? n : m) && !c; i++) c = (a[i] + 0 > b[i] + 0) - (a[i] + 0 < b[i] + 0)
        if (op == ">=") ok = c >= 0
        else if (op == ">") ok = c > 0
        else if (op == "<=") ok = c <= 0
        else if (op == "<") ok = c < 0
        else if (op == "==" || op == "=") ok = c == 0
        else if (op == "!=") ok = c != 0
        exit !ok
    }' "$1" "$2" "$3"
}

tool_version() { # TOOL: sets version to the first dotted number that it says
    case $1 in
        docker) version=$(docker version --format '{{.Server.Version}}' 2>/dev/null) ;;
        docker-compose) version=$compose_version ;;
        go) version=$(go version 2>/dev/null) ;;
        java) version=$(java -version 2>&1) ;;
        *) version=$("$1" --version </dev/null 2>&1) || version=$("$1" version </dev/null 2>&1) || version=$("$1" -V </dev/null 2>&1) ;;
    esac
    version=$(printf '%s\n' "$version" | LC_ALL=C awk 'match($0, /[0-9]+(\.[0-9]+)*/) { print substr($0, RSTART, RLENGTH); exit }')
}

need_tool() { # TOOL[OP VERSION]
    tool=${1%%[<>=!]*}
    tool_rest=${1#"$tool"}
    tool_want=${tool_rest##*[<>=!]}
    tool_op=${tool_rest%"$tool_want"}
    case " $tools_checked " in *" $1 "*) return 0 ;; esac
    tools_checked="$tools_checked $1"
    if ! command -v "$tool" >/dev/null 2>&1; then
        if [ "$tool" != docker-compose ] || [ -z "${COMPOSE-}" ]; then
            problem "The program '$tool' is not here." "Install it${tool_want:+ (version $tool_op $tool_want)}."
            return 0
        fi
    fi
    [ -n "$tool_want" ] || return 0
    tool_version "$tool"
    if [ -z "$version" ]; then
        problem "The version of '$tool' cannot be told." "The plan needs $tool $tool_op $tool_want."
    elif ! version_at_least "$version" "$tool_op" "$tool_want"; then
        problem "'$tool' is version $version here." "The plan needs $tool $tool_op $tool_want."
    fi
}

find_compose() { # sets and exports COMPOSE: the plugin, or the standalone program of version 2
    compose_version=''
    if compose_version=$(docker compose version --short 2>/dev/null) && [ -n "$compose_version" ]; then
        COMPOSE='docker compose'
    elif compose_version=$(docker-compose version --short 2>/dev/null) && [ -n "$compose_version" ]; then
        COMPOSE=docker-compose
    else
        COMPOSE=''
    fi
    compose_version=${compose_version#v}
    [ -z "$COMPOSE" ] || COMPOSE="$COMPOSE -f docker-compose.yml -p $project"
    export COMPOSE
}

too_old() { # PROGRAM NAME VERSION LEAST: says what in the kit needs a newer one
    old_named=''
    while read -r old_program old_least old_key; do
        if [ "$old_program" = "$1" ] && ! version_at_least "$3" '>=' "$old_least"; then
            problem "$old_key needs $2 $old_least or later; this is $3." "Install $2 $4 or later."
            old_named=1
        fi
    done <<NEEDS
$(needs)
NEEDS
    [ -n "$old_named" ] || problem "$2 is version $3 here." "The kit needs $4 or later."
}

check_docker() {
    if ! command -v docker >/dev/null 2>&1; then
        problem "The program 'docker' is not here." 'Install Docker Engine.'
        return 0
    fi
    if ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
        problem 'The Docker daemon does not answer.' "Start it, or let this user reach it (docker version says why)."
        return 0
    fi
    tool_version docker
    version_at_least "$version" '>=' "$min_docker" || too_old engine 'Docker Engine' "$version" "$min_docker"
    [ -n "$min_compose" ] || return 0
    find_compose
    if [ -z "$COMPOSE" ]; then
        problem 'Docker Compose is not here.' "Install its plugin, or the standalone docker-compose, of version $min_compose or later."
    elif ! version_at_least "$compose_version" '>=' "$min_compose"; then
        too_old compose 'Docker Compose' "$compose_version" "$min_compose"
    fi
}

listening() { # PORT: does somebody listen there (TCP)?
    if [ -r /proc/net/tcp ]; then
        for net_file in /proc/net/tcp /proc/net/tcp6; do
            [ -r "$net_file" ] || continue
            hex=$(printf '%04X' "$1")
            LC_ALL=C awk -v port="$hex" '$4 == "0A" { n = split($2, a, ":"); if (a[n] == port) found = 1 } END { exit !found }' "$net_file" && return 0
        done
        return 1
    fi
    netstat -an 2>/dev/null | LC_ALL=C awk -v port="$1" '/LISTEN/ { n = split($4, a, /[.:]/); if (a[n] == port) found = 1 } END { exit !found }'
}

check_ports() { # published ports of containers that don't run yet must be free
    while read -r port_container port_number _; do
        [ -n "$port_number" ] || continue
        listening "$port_number" || continue
        [ "$(docker inspect --type container --format '{{.State.Running}}' "$port_container" 2>/dev/null)" = true ] && continue
        problem "Port $port_number, which $port_container publishes, is in use." 'Stop what listens there, or give the port another number in the manifest.'
    done <<PORTS
$(ports)
PORTS
}

check_disk() {
    disk_space .
    [ -z "$disk_free" ] || [ "$disk_free" -ge "$min_disk_kb" ] ||
        problem "Only $((disk_free / 1024)) MB of disk are free here." "The kit needs $((min_disk_kb / 1024)) MB."
}

preflight() { # STEP…: all prerequisites of these steps at once
    problems=0 tools_checked='' preflight_docker='' preflight_start='' preflight_tools=''
    check_env
    for k in "$@"; do
        describe "$k"
        [ -z "$service" ] || preflight_docker=1
        case $preflight in *docker*) preflight_docker=1 ;; esac
        case $preflight in *ports*) preflight_start=1 ;; esac
        preflight_tools="$preflight_tools $tools"
    done
    [ -z "$preflight_docker" ] || check_docker
    for preflight_tool in $preflight_tools; do
        need_tool "$preflight_tool"
    done
    for preflight_tool in $criteria_tools; do
        need_tool "$preflight_tool"
    done
    [ -z "$preflight_start" ] || [ "$problems" != 0 ] || check_ports
    check_disk
    [ "$problems" = 0 ] || die 3 "Nothing has been started: $problems prerequisite(s) are missing."
}
