# ---- reloads
#
# A server that reads changed files again isn't replaced when they change. The record of
# the step that starts it says which files it has loaded ("loaded DIGEST"); if they are
# different now, only the phase "reload" of the step runs.

loads_now() { # sets loads to the digest of the files that the servers of the described action read again, 'unknown' if they can't be read
    observe_all loads
    case "$observed " in
        *' unknown '*) loads=unknown ;;
        *)
            loads=$(printf '%s\n' "$observed" | hash_stdin)
            loads=${loads%% *}
            ;;
    esac
}

reload_due() { # after describe and read_record of a completed step: have its servers not loaded the files as they are? sets loads
    case $has in *reload*) ;; *) return 1 ;; esac
    loads_now
    [ "$loads" != unknown ] && [ "$loads" != "$record_loaded" ]
}

judge_reloads() { # completed steps of which only the files that their servers read again have changed
    [ -z "$only" ] || return 0
    for k in $steps; do
        eval "judge_status=\$s_$k judge_id=\${id_$k-$k}"
        [ "$judge_status" = 'done' ] || continue
        describe "$k"
        case $has in *reload*) ;; *) continue ;; esac
        read_record "$state_dir/$k.done"
        reload_due || continue
        eval "s_$k=todo p_$k=reload y_$k='its files have changed: the server reloads them'"
        [ -n "$dry_run" ] || say "$judge_id reloads: its files have changed."
    done
}

work_reload() { # the step is done and stays so: makes its servers load their files, if they haven't
    read_record "$state_dir/$key.done"
    reload_due || return 0
    still_mine || { outcome=stopped; return 0; }
    echo "begin $key" >&3
    echo "=== $utc start $id: reload"
    reload_had=''
    run_part reload
    stamp
    if [ -n "$stop" ]; then
        outcome=stopped
    elif [ "$rc" != 0 ]; then
        outcome=refused # so that the next run tries again, even with the files as they were before
        { echo 'loaded -' >>"$state_dir/$key.done"; } 2>/dev/null || :
        [ -z "$late" ] || echo "=== timed out after ${timeout}s and was ended"
    elif ! { printf 'loaded %s\n' "$loads" >>"$state_dir/$key.done"; } 2>/dev/null || ! durable "$state_dir/$key.done"; then
        outcome=unrecorded
    else
        outcome=reloaded
    fi
    echo "=== $utc end $id: $outcome"
}

reload_prepare() { # before a step that starts servers runs: sets loads, and reload_had to the containers that there are and that may have loaded other files
    reload_had='' loads=''
    case $has in *reload*) ;; *) return 0 ;; esac
    loads_now
    if [ -f "$state_dir/$key.was" ]; then
        read_record "$state_dir/$key.was"
        [ "$record_loaded" != "$loads" ] || return 0
    fi
    observe_all products
    while read -r _ reload_kind reload_id reload_name; do
        case $reload_kind:$reload_id in
            container:none | container:unknown) ;;
            container:*) name_all "$reload_name"; reload_had="$reload_had $named=$reload_id" ;;
        esac
    done <<LINES
$observed_lines
LINES
}

reload_kept() { # after the script of such a step: reloads the containers that were there before; sets rc
    [ -z "$reload_had" ] || run_part reload
}

reload_look() { # CONTAINER: sets reload_is to its ID and start if it runs, '' if it doesn't
    reload_is=''
    reload_said=$(docker inspect --type container --format '{{.Id}} {{.State.StartedAt}} {{.State.Status}}' "$1" 2>&1 </dev/null) || {
        case $reload_said in *[Nn]o\ such*) return 0 ;; esac
        printf '%s\n' "$reload_said"
        return 1
    }
    case $reload_said in *' running') reload_is=${reload_said% running} ;; esac
}

reload_wanted() { # CONTAINER: is it to reload? Not one that doesn't run or was created in this run: it reads the files when it starts. Sets reload_rc if that can't be found out
    reload_rc=0
    reload_look "$1" || { reload_rc=1; return 1; }
    [ -n "$reload_is" ] || return 1
    case "$reload_had " in
        ' ' | *" $1=${reload_is%% *} "*) ;;
        *) return 1 ;;
    esac
    stamp
    reload_since=$utc
}

reload_shown() { # TEXT: with --dry-run=full
    [ -n "$showing" ] || return 1
    printf '    # %s\n' "$1"
}

reload_refused() { # CONTAINER
    echo "$1 has not loaded its changed files. It keeps running with those that it loaded before; the next run tries again."
    return 1
}

reload_folder() { # CONTAINER PATH TARGET: a mounted path must be a folder: the container keeps the old content of a file that another one replaces
    [ -z "$showing" ] || return 0
    case $2 in /*) reload_path=$2 ;; *) reload_path=$kit_dir/$2 ;; esac
    [ -f "$reload_path" ] || return 0
    echo "$2 is mounted as a single file at $3. A container keeps the old content of such a file when a new one replaces it. In the manifest, mount its folder."
    reload_refused "$1"
}

reload_check() { # CONTAINER WORD…: the command in the container must succeed before anything is reloaded
    name_all "$1"
    reload_name=$named
    shift
    ! reload_shown "in $reload_name: $*" || return 0
    reload_wanted "$reload_name" || return "$reload_rc"
    reload_said=$(docker exec "$reload_name" "$@" 2>&1 </dev/null) && return 0
    printf '%s\n' "$reload_said"
    reload_refused "$reload_name"
}

reload_command() { # CONTAINER WORD…
    reload_check "$@"
}

reload_send() { # CONTAINER SIGNAL
    docker kill --signal "$2" "$1" >/dev/null </dev/null || { reload_refused "$1"; return 1; }
}

reload_runs() { # CONTAINER STATE: does it still run, without a restart?
    reload_look "$1" && [ "$reload_is" = "$2" ] && return 0
    explain_container "$1" "$1 ended or was restarted when it should have loaded its changed files." running
    return 1
}

reload_log() { # CONTAINER PATTERN: prints the lines of its log since the reload that match
    [ -n "$2" ] || return 1
    docker logs --since "$reload_since" "$1" 2>&1 </dev/null | LC_ALL=C grep -E -e "$2"
}

reload_signal() { # CONTAINER SIGNAL SECONDS REFUSED: it must run on that long, and log no line that matches REFUSED
    name_all "$1"
    shift
    set -- "$named" "$@"
    ! reload_shown "signal $2 to $1" || return 0
    reload_wanted "$1" || return "$reload_rc"
    reload_before=$reload_is
    reload_send "$1" "$2" || return 1
    sleep "$3"
    reload_runs "$1" "$reload_before" || return 1
    ! reload_log "$1" "$4" || reload_refused "$1"
}

reload_read() { # CONTAINER URL PUBLISHED-URL SUCCESSFUL TIMESTAMP: sets reload_ok and reload_at to the metrics, '' if they can't be read
    reload_ok='' reload_at=''
    reload_text=$(docker exec "$1" wget -q -O - "$2" 2>/dev/null </dev/null | reload_values "$4" "$5")
    if [ -z "$reload_text" ] && [ -n "$3" ]; then
        reload_text=$(curl -q -s -g --noproxy '*' -m 10 "$3" 2>/dev/null </dev/null | reload_values "$4" "$5")
    fi
    read -r reload_ok reload_at <<VALUES
$reload_text
VALUES
}

reload_values() { # SUCCESSFUL TIMESTAMP: filters the values of the two metrics
    LC_ALL=C awk -v successful="$1" -v stamped="$2" '
        $1 == successful { ok = $2 }
        $1 == stamped { at = $2 }
        END { if (ok != "" && at != "") print ok, at }'
}

reload_metrics() { # CONTAINER SIGNAL URL PUBLISHED-URL SUCCESSFUL TIMESTAMP LOADED REFUSED: its metrics must say that it has loaded its files since; if they can't be read, its log
    name_all "$1"
    shift
    set -- "$named" "$@"
    ! reload_shown "signal $2 to $1, until $5 is 1 and $6 is later" || return 0
    reload_wanted "$1" || return "$reload_rc"
    reload_before=$reload_is
    reload_read "$1" "$3" "$4" "$5" "$6"
    reload_ok_was=$reload_ok reload_at_was=$reload_at reload_looks=0
    reload_send "$1" "$2" || return 1
    while [ "$reload_looks" -lt 60 ]; do
        if [ "$reload_looks" -gt 2 ]; then sleep 1; else nap; fi
        reload_looks=$((reload_looks + 1))
        reload_runs "$1" "$reload_before" || return 1
        reload_read "$1" "$3" "$4" "$5" "$6"
        case $reload_ok:$reload_at in
            "1:$reload_at_was") ;;
            1:?*) return 0 ;;
        esac
        if reload_log "$1" "$8" || [ "$reload_ok_was:$reload_ok" = 1:0 ]; then
            reload_refused "$1"
            return 1
        fi
        [ -n "$reload_at" ] || ! reload_log "$1" "$7" >/dev/null || return 0
    done
    echo "$1 has not confirmed within a minute that it has loaded its changed files."
    return 1
}

reload_http() { # CONTAINER METHOD URL PUBLISHED-URL: the answer must have a status from 200 to 299; from the host if the port is published
    name_all "$1"
    shift
    set -- "$named" "$@"
    ! reload_shown "$2 ${4:-$3}" || return 0
    reload_wanted "$1" || return "$reload_rc"
    if [ -n "$4" ] && command -v curl >/dev/null 2>&1; then
        reload_said=$(curl -q -sS -g --noproxy '*' -m 60 -X "$2" -w '\n%{http_code}' "$4" 2>&1 </dev/null)
    else
        # shellcheck disable=SC2016 # expanded in the container
        reload_said=$(docker exec "$1" sh -c 'if command -v curl >/dev/null 2>&1; then curl -q -sS -g -m 60 -X "$1" -w "\n%{http_code}" "$2" 2>&1; exit; fi
            case $1 in
                GET) wget -q -O - "$2" ;;
                POST) wget -q -O - --post-data= "$2" ;;
                *) echo "The method $1 requires curl in the container, or a published port."; exit 1 ;;
            esac 2>&1 && printf "\n200"' sh "$2" "$3" 2>&1 </dev/null)
    fi
    case ${reload_said##*"
"} in 2[0-9][0-9]) return 0 ;; esac
    printf '%s\n' "$reload_said"
    reload_refused "$1"
}
