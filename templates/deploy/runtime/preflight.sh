# ---- prerequisites

problem() { # TEXT HOW-TO-FIX-IT
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

check_kit() { # stop|warn: do the files match deploy/SHA256SUMS? sets kit_present to their actual checksums
    if ! command -v sha256sum >/dev/null 2>&1 && ! command -v shasum >/dev/null 2>&1; then
        [ "$1" = stop ] || return 0
        die 3 'Neither sha256sum nor shasum found in PATH: install one of them, which is required to check the kit.'
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
            [ -f "$file" ] || die 5 "The file $file of the kit is missing; --accept-edits accepts edits only. Rebuild the kit."
        done
        make_folders
        show_edits
        put "$base/accepted" "$kit_present" || die 3 "Cannot write to $base: is the disk full?"
        return 0
    fi
    check_missing=''
    while read -r sum file; do
        if [ ! -f "$file" ]; then
            complain "The file $file of the kit is missing."
            case $file in deploy/*) check_missing=1 ;; esac
        elif [ "$(digest "$file")" != "$sum  $file" ]; then
            complain "$file does not match its checksum in deploy/SHA256SUMS."
        fi
    done <<SUMS
$kit_sums
SUMS
    [ "$check_how" = warn ] || die 5 'Rebuild the kit, or run with --accept-edits if the edits are intended.'
    case $command:$check_missing in verify:1 | bench:1) die 5 'Rebuild the kit.' ;; esac
}

show_edits() { # names each edited file of the kit; with the difference to what was deployed, where a release has that
    find_releases
    while read -r sum file; do
        [ "$(digest "$file")" != "$sum  $file" ] || continue
        say "Accepted as edited: $file"
        edits_was=$base/releases/$release_now/kit/$file
        if [ -n "$release_now" ] && [ -f "$edits_was" ] && command -v diff >/dev/null 2>&1; then
            diff -u "$edits_was" "$file" | sed '1,2d; s/^/    /'
        fi
    done <<SUMS
$kit_sums
SUMS
}

copy_parts() { # copies the checked parts, so that rebuilding the kit doesn't affect this run
    rm -rf "$base/kit"
    { mkdir "$base/kit" && cp -R "$kit_dir/deploy" "$base/kit/deploy"; } 2>/dev/null ||
        die 3 "Cannot copy the folder deploy to $base/kit: is the disk full?"
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
        die 5 'The kit was rebuilt while this run was starting. Rerun ./deploy.sh.'
}

same_kit() { # FOLDER: does it have the kit of this run?
    [ "$(cat "$1/deploy/SHA256SUMS" 2>/dev/null)" = "$kit_sums" ]
}

kit_replaced() { # reports whether the kit was rebuilt during this run
    same_kit "$kit_dir" ||
        say 'The kit was rebuilt during this run, which used the previous version. Rerun ./deploy.sh to deploy the new one.'
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

check_env() { # .env must hold no placeholders, and its secrets must be usable and those of the deployment
    { set +x; } 2>/dev/null
    [ -f .env ] || return 0
    while IFS= read -r env_line || [ -n "$env_line" ]; do
        case $env_line in
            \#*) ;;
            *=CHANGE_ME* | *=[\"\']CHANGE_ME*)
                problem "In .env, ${env_line%%=*} still has its placeholder." \
                    'Set it, or remove the line: this script generates missing secrets.'
                ;;
        esac
    done <.env
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        [ -n "$dotenv_found" ] || continue
        case $dotenv_value in
            CHANGE_ME*) continue ;;
        esac
        secret_value=''
        [ ! -f "$base/secrets/${env_pair#*=}" ] || IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
        [ -z "$dotenv_value" ] || [ "$secret_value" != "$dotenv_value" ] || continue
        case $dotenv_value in
            '' | *[!A-Za-z0-9._~-]*)
                problem "In .env, ${env_pair%%=*} may contain only letters, digits and . _ ~ - because it becomes part of URLs." 'Change it, or remove the line.'
                continue
                ;;
        esac
        [ -z "$secret_value" ] ||
            problem "In .env, ${env_pair%%=*} differs from the secret that this deployment uses." \
                "Remove the line, or set it with ./deploy.sh secret set ${env_pair#*=}."
    done
}

adopt_env() { # stores the secrets that .env sets
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        if [ -n "$dotenv_value" ] && [ ! -f "$base/secrets/${env_pair#*=}" ]; then
            LC_ALL=C tr -d '\n' >"$base/secrets/${env_pair#*=}.new" <<VALUE && chmod 444 "$base/secrets/${env_pair#*=}.new" &&
$dotenv_value
VALUE
                mv -f "$base/secrets/${env_pair#*=}.new" "$base/secrets/${env_pair#*=}"
        fi
    done
}

write_env() { # adds the exposed secrets that exist to .env (0600)
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        [ -f "$base/secrets/${env_pair#*=}" ] || continue
        dotenv "${env_pair%%=*}"
        [ -z "$dotenv_found" ] || continue
        secret_value=''
        IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
        case $secret_value in *[!A-Za-z0-9._~-]*) secret_value="'$secret_value'" ;; esac
        {
            [ ! -f .env ] || LC_ALL=C awk 1 .env # with a line end after the last line
            cat <<LINE
${env_pair%%=*}=$secret_value
LINE
        } >.env.new && chmod 600 .env.new && mv -f .env.new .env
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

tool_version() { # TOOL: sets version to the first dotted number that it prints
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
            problem "'$tool' not found in PATH." "Install it${tool_want:+ (version $tool_op $tool_want)}."
            return 0
        fi
    fi
    [ -n "$tool_want" ] || return 0
    tool_version "$tool"
    if [ -z "$version" ]; then
        problem "Cannot determine the version of '$tool'." "The plan requires $tool $tool_op $tool_want."
    elif ! version_at_least "$version" "$tool_op" "$tool_want"; then
        problem "'$tool' has version $version." "The plan requires $tool $tool_op $tool_want."
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
    case $COMPOSE:$compose_file in
        :*) ;;
        *:*/*) COMPOSE="$COMPOSE -f $compose_file --project-directory . -p $project" ;; # the kit's folder has a Compose file of the user
        *) COMPOSE="$COMPOSE -f docker-compose.yml -p $project" ;;
    esac
    export COMPOSE
}

too_old() { # PROGRAM NAME VERSION LEAST: reports what in the kit requires a newer version
    old_named=''
    while read -r old_program old_least old_key; do
        if [ "$old_program" = "$1" ] && ! version_at_least "$3" '>=' "$old_least"; then
            problem "$old_key requires $2 $old_least or later; the installed version is $3." "Install $2 $4 or later."
            old_named=1
        fi
    done <<NEEDS
$(needs)
NEEDS
    [ -n "$old_named" ] || problem "$2 has version $3." "The kit requires $4 or later."
}

check_docker() {
    if ! command -v docker >/dev/null 2>&1; then
        problem "'docker' not found in PATH." 'Install Docker Engine.'
        return 0
    fi
    if ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
        problem 'The Docker daemon does not respond.' "Start it, or give this user access to it ('docker version' prints the reason)."
        return 0
    fi
    tool_version docker
    version_at_least "$version" '>=' "$min_docker" || too_old engine 'Docker Engine' "$version" "$min_docker"
    [ -n "$min_compose" ] || return 0
    find_compose
    if [ -z "$COMPOSE" ]; then
        problem 'Docker Compose not found.' "Install its plugin, or the standalone docker-compose, version $min_compose or later."
    elif ! version_at_least "$compose_version" '>=' "$min_compose"; then
        too_old compose 'Docker Compose' "$compose_version" "$min_compose"
    fi
}

listening() { # PORT: does any process listen on it (TCP)?
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

check_ports() { # host ports of containers that aren't running must be free
    while read -r port_container port_number _; do
        [ -n "$port_number" ] || continue
        listening "$port_number" || continue
        [ "$(docker inspect --type container --format '{{.State.Running}}' "$port_container" 2>/dev/null)" = true ] && continue
        old_holder "$port_number"
        [ -z "$port_holder" ] || continue # it is removed before the container starts
        problem "Host port $port_number of $port_container is already in use." 'Stop the process that listens on it, or choose a different host port in the manifest.'
    done <<PORTS
$(ports)
PORTS
}

check_disk() {
    disk_space .
    [ -z "$disk_free" ] || [ "$disk_free" -ge "$min_disk_kb" ] ||
        problem "Only $((disk_free / 1024)) MB of disk space are free." "The kit requires $((min_disk_kb / 1024)) MB."
}

engine_files() { # sets engine_has to the paths that the engine has as this script sees them: all, relative ones, none
    engine_at=${DOCKER_HOST-}
    [ -n "$engine_at" ] || engine_at=$(docker context inspect --format '{{.Endpoints.docker.Host}}' 2>/dev/null </dev/null) || engine_at=''
    case $engine_at in
        tcp:* | ssh:* | http*:*) engine_has=none ;;
        *.docker/desktop/*) engine_has=relative ;;
        *)
            case $(uname -sr) in # elsewhere, the engine runs in a machine of its own
                *[Mm]icrosoft*) engine_has=relative ;;
                Linux*) engine_has=all ;;
                *) engine_has=relative ;;
            esac
            [ ! -e /.dockerenv ] && [ ! -e /run/.containerenv ] || engine_has=relative
            ;;
    esac
}

ask_path() { # read|mount PATH: a path outside the kit that a step needs
    if [ "$1" = mount ]; then
        [ -n "$engine_has" ] || engine_files
        case $engine_has:$2 in
            none:* | relative:/*) return 0 ;;
        esac
    fi
    ask_real=$2
    # shellcheck disable=SC2088 # as Compose reads it
    case $2 in "~") ask_real=$HOME ;; "~/"*) ask_real=$HOME/${2#"~/"} ;; esac
    [ -e "$ask_real" ] || case "
$asked" in
        *"
$2
"*) ;;
        *)
            asked="$asked$2
"
            problem "There is no $2, which $id needs." "Put it there; PLAN.md lists what a copy of this kit needs besides."
            ;;
    esac
}

preflight() { # STEP…: checks all prerequisites of these steps, and reports all that are missing
    problems=0 tools_checked='' preflight_docker='' preflight_start='' preflight_tools='' engine_has='' asked=''
    check_env
    for k in "$@"; do
        describe "$k"
        [ -z "$service" ] || preflight_docker=1
        case $preflight in *docker*) preflight_docker=1 ;; esac
        case $preflight in *ports*) preflight_start=1 ;; esac
        preflight_tools="$preflight_tools $tools"
        case " $has " in
            *' asks '*) # a build that this run leaves out reads nothing
                case $left_builds in *" $k "*) ;; *) "action_$action" asks ;; esac
                ;;
        esac
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
    [ "$problems" = 0 ] || die 3 "Nothing was started: $problems prerequisite(s) missing."
}
