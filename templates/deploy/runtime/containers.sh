# ---- containers

look() { # CONTAINER…: sets looked to one line per container, in order: /NAME ID STATUS HEALTH FAILURES OOM RESTARTS RETRIES EXIT STARTED
    name_all "$@"
    # shellcheck disable=SC2086 # names have no blanks
    set -- $named
    set -- '{{.Name}} {{.ID}} {{.State.Status}} {{with .State.Health}}{{or .Status "none"}} {{.FailingStreak}}{{else}}none 0{{end}} {{.State.OOMKilled}} {{.RestartCount}} {{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.State.ExitCode}} {{.State.StartedAt}}' "$@"
    looked=$(docker inspect --type container --format "$@" 2>&1 </dev/null) && return 0
    # Some versions of docker leave out the containers after a missing one.
    looked='' look_format=$1
    shift
    for look_name in "$@"; do
        look_line=$(docker inspect --type container --format "$look_format" "$look_name" 2>&1 </dev/null) || case $look_line in
            *[Nn]o\ such*) look_line="/$look_name - missing none 0 false 0 0 0 -" ;;
            *)
                one_line "$look_line"
                look_said=$line look_line="/$look_name - unknown none 0 false 0 0 0 -"
                ;;
        esac
        looked="$looked$look_line
"
    done
}

condition() { # WANT: for the container that c_* describe, sets ok if it is in the wanted state; else fault, what is wrong, and final if that can't change without help
    ok='' fault='' final=''
    case $1:$c_status:$c_health in
        *:unknown:*) fault="cannot be inspected; docker reports: $look_said" ;;
        once:exited:* | completed:exited:*) [ "$c_code" != 0 ] || ok=1 ;;
        well:running:unhealthy | healthy:running:unhealthy | ready:running:unhealthy) fault='is unhealthy' ;;
        healthy:running:none) fault='has no healthcheck, so it can never be healthy' final=1 ;;
        healthy:running:healthy | ready:running:healthy | ready:running:none) ok=1 ;;
        healthy:running:* | ready:running:*) fault="is running, but its health is $c_health" ;;
        completed:running:*) fault='is still running' ;;
        *:running:*) ok=1 ;;
        *:restarting:*) fault="is in a restart loop: it exited with status $c_code, $c_restarts restarts so far" ;;
        *:missing:*) fault='does not exist: no such container' final=1 ;;
        *:exited:*) ;;
        *) fault="is $c_status" final=1 ;;
    esac
    [ "$c_status$ok" != exited ] || { fault="exited with status $c_code" final=1; }
    case $c_status:$c_oom in
        exited:true | restarting:true | dead:true)
            ok='' final=1 c_limit=$(docker inspect --type container --format '{{.HostConfig.Memory}}' "$c_name" 2>/dev/null </dev/null)
            case $c_limit in
                '' | 0) fault='ran out of memory: it was killed, although it has no memory limit' ;;
                *) fault="ran out of memory: it was killed at its memory limit of $c_limit bytes" ;;
            esac
            ;;
    esac
}

each_looked() { # COMMAND WORD…: runs it for each line of looked, with c_number and the line's fields in c_name, c_id …
    c_number=0
    while read -r c_name c_id c_status c_health c_failures c_oom c_restarts c_retries c_code c_started; do
        case $c_name in /*) c_name=${c_name#/} ;; *) continue ;; esac # a message of docker itself
        c_number=$((c_number + 1))
        "$@"
    done <<LOOKED
$looked
LOOKED
}

has_started() { # running|once SECONDS CONTAINER…: have they run that long without a restart? A one-shot container may have exited with 0
    case $part${showing:+shown} in
        before)
            shift 2
            look "$@"
            moment
            { printf '%s\n%s\n' "$tenths" "$looked" >"$run_dir/$key.before"; } 2>/dev/null || rm -f "$run_dir/$key.before" # a full disk; the step's script says so
            ;;
        *shown) shown "$@" ;;
        *)
            if [ "$mode:$as_it_runs" = up: ]; then
                started_want=$1 started_settle=$2
                shift 2
                attend "$started_want" 0 "$started_settle" "$@"
            else
                are "$1" 2 "$@"
            fi
            ;;
    esac
}

await() { # healthy|ready|completed SECONDS CONTAINER…: waits for them, that long at most; ready: healthy if there is a healthcheck, else running
    case $part${showing:+shown} in
        *shown) shown "$@" ;;
        run)
            await_want=$1 await_limit=$2
            shift 2
            attend "$await_want" "$await_limit" 3 "$@"
            ;;
        *) are "$1" 2 "$@" ;;
    esac
}

shown() { # WANT SECONDS CONTAINER…: describes what has_started and await do
    case $1:$2 in
        *:0) shown_time='' ;;
        running:* | once:*) shown_time=" for $2 s without a restart" ;;
        *) shown_time=", $2 s at most" ;;
    esac
    shown_want=$1
    shift 2
    printf '    # until %s%s: %s\n' "$shown_want" "$shown_time" "$*"
}

are() { # WANT N WORD×N CONTAINER…: checks once whether they are in the wanted state
    are_want=$1 are_bad=''
    shift "$((2 + $2))"
    look "$@"
    each_looked are_one
    [ -z "$are_bad" ]
}

are_one() {
    condition "$are_want"
    [ -n "$ok" ] || { are_bad=1; echo "$c_name $fault"; }
}

moment() { # sets now, and tenths: in tenths of a second where that starts no process
    clock
    tenths=$((now * 10))
    [ -n "$clock_zero" ] || return 0
    tenths=${clock_up%?}
    tenths=${tenths%.*}${tenths#*.}
    tenths=${tenths#0}
}

attend() { # WANT LIMIT SETTLE CONTAINER…: waits until all are in the wanted state at once; reports why one can't get there; 75 if the run is ending
    attend_want=$1 attend_limit=$2 attend_settle=$(($3 * 10)) attend_worker=$me attend_looks=0
    shift 3
    moment
    attend_end=$((now + attend_limit)) attend_heard=$now
    if [ -f "$run_dir/$key.before" ]; then
        {
            read -r tenths
            looked=$(cat)
        } <"$run_dir/$key.before"
        each_looked note
    fi
    while :; do
        look "$@"
        moment
        attend_left='' attend_ill='' attend_why=''
        each_looked attend_one
        [ -z "$attend_ill" ] || { explain_container "$attend_ill" "$attend_why" "$attend_want"; return 1; }
        [ -n "$attend_left" ] || return 0
        ! run_ends || return 75
        kill -0 "$attend_worker" 2>/dev/null || return 1 # the worker is dead
        attend_looks=$((attend_looks + 1))
        if [ "$attend_looks" -gt 20 ]; then sleep 1; else nap; fi
    done
}

run_ends() { # has another step failed, so that steps that only wait can stop?
    # Before a rollback, a start still finishes, because only completed steps are rolled back.
    [ -f "$run_dir/halted" ] || return 1
    run_ends_how=''
    read -r run_ends_how <"$run_dir/halted" || :
    [ "$part:$run_ends_how" != validate:rollback ]
}

note() { # remembers a container's ID, since when it has run, and how often it had restarted
    eval "note_id=\${look_id_$c_number-} note_base=\${look_base_$c_number-0} note_run=\${look_run_$c_number-} note_sick=\${look_sick_$c_number-}"
    if [ -z "$note_id" ]; then
        note_base=$c_restarts note_sick=''
        # Between two attempts of a restart loop, the next one decides: Docker waits up to a minute before it.
        [ "$c_status" != restarting ] || note_base=$((c_restarts > 2 ? c_restarts - 2 : 0))
        [ "$c_health" != unhealthy ] || note_sick=$c_failures # perhaps unhealthy since before the services that it needs started
    elif [ "$note_id" != "$c_id" ] || [ "$c_restarts" -lt "$note_base" ]; then
        note_base=0
    fi
    [ "$c_health" = unhealthy ] || note_sick=''
    [ "$c_status" = running ] || c_started=''
    if [ -z "$c_started" ] || [ "$note_run" != "$c_started" ]; then
        eval "look_since_$c_number=\$tenths look_run_$c_number=\$c_started"
    fi
    [ "$c_status" != restarting ] || eval "look_code_$c_number=\$c_code"
    [ "$c_status" = unknown ] || eval "look_id_$c_number=\$c_id look_base_$c_number=\$note_base look_sick_$c_number=\$note_sick"
}

attend_one() {
    note
    condition "$attend_want"
    [ "$c_status" = unknown ] || attend_heard=$now
    c_again=$((c_restarts - note_base))
    case $attend_want:$c_status:$c_health in
        running:running:* | once:running:* | ready:running:none)
            eval "[ \$((tenths - look_since_$c_number)) -ge \"\$attend_settle\" ]" || { ok='' fault="has not yet run for $((attend_settle / 10)) s without a restart"; }
            ;;
        *:unknown:*) [ "$now" -lt $((attend_heard + 60)) ] || final=1 ;; # the daemon may be restarting
        healthy:*:unhealthy | ready:*:unhealthy) # a healthcheck result from before the wait began doesn't count
            [ "$c_failures" = 0 ] || [ "$c_failures" = "$note_sick" ] || final=1
            ;;
    esac
    [ -z "$ok" ] || return 0
    attend_left=1
    case $attend_want:$c_retries in
        once:[1-9]* | completed:[1-9]*) ;; # Docker limits the restarts itself
        *)
            if [ -z "$final" ] && [ "$c_again" -ge 3 ]; then
                eval "c_code=\${look_code_$c_number-}" # 0 while it is running
                final=1 fault="is in a restart loop: ${c_code:+it exited with status $c_code, }$c_restarts restarts so far"
            fi
            ;;
    esac
    if [ -z "$final" ] && [ "$attend_limit" != 0 ] && [ "$now" -ge "$attend_end" ]; then
        final=1 fault="is not $attend_want after $attend_limit s: it $fault"
    fi
    [ -n "$final" ] || return 0
    attend_ill=${attend_ill:-$c_name}
    attend_why="$attend_why${attend_why:+
}$c_name $fault"
}

last_probe() { # prints a template for the last healthcheck's exit status and output
    cat <<'TEMPLATE'
{{$code := 0}}{{$said := ""}}{{with .State.Health}}{{range .Log}}{{$code = .ExitCode}}{{$said = .Output}}{{end}}{{end}}{{if or $code $said}}The last healthcheck exited with status {{$code}}: {{$said}}{{end}}
TEMPLATE
}

explain_container() { # CONTAINER TEXT WANT: prints its last log lines, its healthcheck's output, the text, and advice on its hardening
    told=$(docker logs --tail 50 "$1" 2>&1 </dev/null) || told=''
    [ -z "$told" ] || printf '%s\n' "$told"
    case $3 in
        healthy | ready | well)
            told_probe=$(docker inspect --type container --format "$(last_probe)" "$1" 2>/dev/null </dev/null) || told_probe=''
            [ -z "$told_probe" ] || printf '%s\n' "$told_probe"
            ;;
    esac
    printf '%s\n' "$2"
    advise "$1"
}

advise() { # CONTAINER, with its last log lines in told: if they look like an effect of its hardening, says what to change
    hardened=$(docker inspect --type container --format '{{.HostConfig.ReadonlyRootfs}}|{{.Config.User}}|{{.HostConfig.CapDrop}}|{{.HostConfig.CapAdd}}' "$1" 2>/dev/null </dev/null) || return 0
    printf '%s\n' "$told" | hardened=$hardened LC_ALL=C awk '
        function lack(name) { asked = 1; if (!(name in kept)) lacks[name] = 1 }
        BEGIN {
            split(ENVIRON["hardened"], part, "|")
            user = part[2]; sub(/:.*/, "", user)
            root = user == "" || user == "root" || user == "0"
            for (i = 3; i <= 4; i++) { part[i] = toupper(part[i]); gsub(/[][]|CAP_/, "", part[i]) }
            dropped = (" " part[3] " ") ~ / ALL /; n = split(part[4], keeps, " ")
            for (i = 1; i <= n; i++) { kept[keeps[i]] = 1; left = left (i > 1 ? ", " : "") keeps[i]; list = list (i > 1 ? ", " : "") "\"" keeps[i] "\"" }
        }
        { line = tolower($0) }
        line ~ /read-only file system/ {
            unwritable = 1
            if (path == "" && match($0, /[ "\047\140(:=]\/[A-Za-z0-9._\/-]+/)) { path = substr($0, RSTART + 1, RLENGTH - 1); sub(/\/[^\/]*$/, "", path) }
            next
        }
        line ~ /no such|not found/ || line !~ /not permitted|denied|fail|can.?t|cannot|unable|error|must be run as root/ { next }
        line ~ /exec/ && line ~ /operation not permitted/ && line !~ /su-exec/ { file = 1; next }
        !root || line ~ /exec.*permission denied/ { next } # a non-root user lacks permissions for other reasons than dropped capabilities
        line ~ /set(e|re|res|fs)?[ug]id|setgroups|initgroups|set groups|failed switching to|su-exec|gosu|setpriv/ { lack("SETGID"); lack("SETUID"); next }
        line ~ /chown|changing ownership|change owner/ { lack("CHOWN"); next }
        line ~ /(chmod|permissions).*operation not permitted/ { lack("FOWNER"); next }
        line ~ /bind|listen/ && line ~ /permission denied/ { lack("NET_BIND_SERVICE"); next }
        line ~ /kill.*operation not permitted/ { lack("KILL"); next }
        line ~ /permission denied[^a-z]*$/ && line !~ /socket/ { lack("DAC_OVERRIDE"); next }
        line ~ /operation not permitted|must be run as root|socket.*permission denied/ { unnamed = 1 }
        END {
            if (unwritable && part[1] == "true")
                print "Its root file system is read-only. To let it write, give the service mount \"" (path == "" ? "/its/folder" : path) "\" { tmpfs = true }; or harden { read_only = false }."
            if (!dropped) exit
            n = split("CHOWN DAC_OVERRIDE FOWNER KILL NET_BIND_SERVICE SETGID SETUID", order, " ")
            for (i = 1; i <= n; i++) if (order[i] in lacks) { new = 1; list = list (list == "" ? "" : ", ") "\"" order[i] "\"" }
            if (new) advice = "cap_add = [" list "]"
            else if (file) advice = "cap_add to the file capabilities of its executable (getcap lists them; often NET_BIND_SERVICE)"
            else if (unnamed && !asked) advice = "cap_add = […] with the capabilities that it needs"
            else exit
            print "Its log reports a missing permission: all capabilities are dropped" (left == "" ? "" : " except " left) "."
            print "In the manifest, set " advice ", or drop_caps = false, in its harden block, and state the reason."
        }'
}

started_containers() { # STEP…: prints well|once|ended and the container, for each container that these steps leave started
    {
        effects
        for k in "$@"; do
            eval "started_action=\${a_$k-$k} started_status=\$s_$k"
            printf '>\t%s\t%s\n' "$started_action" "$started_status"
        done
        services
    } | LC_ALL=C awk -F '\t' '
        $1 == ">" {
            for (i = 1; i <= n[$2]; i++) {
                if (value[$2, i] == "true") up[name[$2, i]] = $3
                else if (kind[$2, i] == "started") delete up[name[$2, i]]
            }
            next
        }
        $2 == "fact" && match($3, /\.(started|healthy|completed)"$/) && $3 ~ /^"service\./ {
            n[$1]++
            kind[$1, n[$1]] = substr($3, RSTART + 1, RLENGTH - 2)
            name[$1, n[$1]] = substr($3, 10, RSTART - 10)
            value[$1, n[$1]] = $5
        }
        NF == 1 {
            m = split($1, word, " ")
            if (!(word[1] in up)) next
            if (word[2] == "running") word[2] = "well"
            else if (up[word[1]] == "done") word[2] = "ended"
            for (i = 3; i <= m; i++) print word[2], word[i]
        }'
}

look_at_services() { # checks once the containers that the plan starts; reports those in the wrong state, 6 if there are any
    services_count=0 services_bad=0 services_unknown=''
    [ -n "$compose_file" ] || return 0
    expected_steps
    set --
    for k in $expected; do set -- "$@" "$k"; done
    services_list=$(started_containers "$@")
    set --
    while read -r services_want services_name; do
        [ -n "$services_name" ] || continue
        set -- "$@" "$services_name"
        eval "services_want_$#=\$services_want"
    done <<LIST
$services_list
LIST
    services_count=$#
    [ $# != 0 ] || return 0
    open_stage
    rm -f "$run_dir/unwell"
    look "$@"
    services_again=''
    each_looked service_seen
    if [ -n "$services_again" ]; then # a running container that was restarted may still be in a restart loop
        sleep 3
        look "$@"
    fi
    each_looked service_one
    [ -z "$services_unknown" ] || { complain "Cannot inspect the containers; docker reports: $look_said"; return 3; }
    [ "$services_bad" != 0 ] || return 0
    complain "$services_bad of $services_count containers are not in the expected state."
    return 6
}

service_seen() {
    eval "services_restarts_$c_number=\$c_restarts"
    [ "$c_status" != running ] || [ "$c_restarts" = 0 ] || services_again=1
}

service_one() {
    eval "services_want=\$services_want_$c_number"
    case $services_want:$c_status in
        ended:missing) return 0 ;; # it has completed
        ended:*) services_want=once ;;
        *:unknown) services_unknown=1 ;;
    esac
    condition "$services_want"
    eval "services_restarts=\$services_restarts_$c_number"
    [ "$c_status" != running ] || [ "$c_restarts" -le "$services_restarts" ] || { ok='' fault="is in a restart loop: $c_restarts restarts so far"; }
    [ -z "$ok" ] || return 0
    services_bad=$((services_bad + 1))
    [ -z "$services_unknown" ] || return 0
    complain "$c_name $fault."
    printf '%s %s.\n' "$c_name" "$fault" 2>/dev/null >>"$run_dir/unwell"
    [ "$c_status" != missing ] || return 0
    explain_container "$c_name" '' "$services_want" | tail -n 12 | LC_ALL=C tr -d '\000-\010\013-\037' | sed '/^$/d; s/^/    | /' >>"$run_dir/screen"
}

expected_steps() { # sets expected to the steps that are or must be done: all except optional ones that aren't, and those that need them
    load_plan
    load_state
    expected='' expected_not=' ' expected_left=''
    [ ! -f "$state_dir/left_out" ] || IFS= read -r expected_left <"$state_dir/left_out" || :
    for k in $steps; do
        eval "expected_status=\$s_$k expected_needs=\${n_$k-}"
        if [ "$expected_status" != 'done' ]; then
            describe "$k"
            [ -z "$only$skip" ] || optional=1
            case " $expected_left " in *" $k "*) optional=1 ;; esac
            for expected_need in $expected_needs; do
                case $expected_not in *" $expected_need "*) optional=1 ;; esac
            done
            if [ -n "$optional" ]; then
                expected_not="$expected_not$k "
                continue
            fi
        fi
        expected="$expected $k"
    done
}
