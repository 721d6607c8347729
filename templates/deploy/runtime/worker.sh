# ---- workers

script() { # SHELL FOLDER [NAME]: replaces this process by a script of the kit: NAME, or that of the phase
    script_file=$parts_dir/$2/${3:-$part}.sh
    if [ -n "$showing" ]; then
        sed '1,3d; s/^/    /' "$script_file"
        return 0
    fi
    # A body records its own failure, in case its worker is dead by then. A trap in
    # its shell starts no process. If the body may replace that trap or that shell,
    # a second shell around it has the trap too. TERM ends that shell only after the
    # body, and without recording: an interrupted body hasn't failed.
    body_file=$run_dir/$key.$part.sh body_watch='' body_apart=''
    [ "$mode:$part" != up:run ] || body_watch="$watch_head$key$watch_tail; "
    body_before=$body_watch
    while IFS= read -r body_line; do
        case $body_line in
            *exec* | *trap* | *eval* | *source* | '. '* | *[!A-Za-z0-9_]'. '*) body_apart=$body_watch ;;
        esac
        printf '%s%s\n' "$body_before" "$body_line" || end_unwritten
        body_before=''
    done 2>/dev/null <"$script_file" >"$body_file" || end_unwritten
    myself
    { printf 'body %s %s\n' "$me" "$start_time" >>"$record"; } 2>/dev/null || end_unwritten
    case $1 in
        bash) set -- bash "$body_file" ;;
        *) set -- sh "$body_file" ;;
    esac
    [ -z "$body_apart" ] || set -- sh -c "${body_watch}trap 'trap - EXIT; exit 143' TERM; \"\$@\"; exit" sh "$@"
    case $compose_file in
        */*) # the kit's folder has a Compose file of the user: this one includes the kit's, for scripts that call Compose themselves
            COMPOSE_FILE=$kit_dir/deploy/compose.yml
            export COMPOSE_FILE
            [ ! -f "$kit_dir/.env" ] || { COMPOSE_ENV_FILES=$kit_dir/.env && export COMPOSE_ENV_FILES; }
            ;;
    esac
    umask "$user_umask" # files that a body creates have the user's umask, not this script's
    [ "$grouping" != setsid ] || set -- "$setsid" "$@"
    [ -z "$env_words" ] || eval "export$env_words" # last, because it may overwrite this script's variables
    exec "$@" </dev/null
}

end_unwritten() { # ends a body before it starts; run_part notices that the file is missing
    rm -f "$body_file"
    exit 125
}

watch_bodies() { # sets watch_head and watch_tail: with a step's key between them, shell text that makes a body record its failure
    quote_word "$state_dir/"
    quote_word "case \$? in 0) ;; *) set -- \"\$?\" $quoted"
    watch_head="trap $quoted"
    quote_word ".run; { echo \"exit \$1\" >>\"\$2\" && { sync \"\$2\" || sync; }; } 2>/dev/null || : ;; esac"
    watch_tail="$quoted EXIT"
}

with_env() { # NAME VALUE: sets an environment variable of the next body
    env_count=$((env_count + 1))
    eval "env_$env_count=\$2" # under a number, because this script may use a variable NAME itself
    env_words="$env_words $1=\"\$env_$env_count\""
}

with_secret() { # NAME SECRET: sets an environment variable of the next body to the secret
    { set +x; } 2>/dev/null # a trace must not show it
    [ -z "$showing" ] || return 0
    case "$part: $secret " in # its own step makes it before the script runs
        run:*" $2 "*) [ -s "$base/secrets/$2" ] || { make_name=$2; each_secret make_value; } ;;
    esac
    [ -s "$base/secrets/$2" ] || { # never made here: a script that only checks must not replace a value that was lost
        echo "The secret $2 is not set: ./deploy.sh secret list shows it."
        exit 126
    }
    secret_value=$(cat "$base/secrets/$2") || exit 126
    eval "$1=\$secret_value; export $1" # NAME is an identifier
}

workdir() { # FOLDER, relative to the kit's
    [ -n "$showing" ] && { printf '    cd %s\n' "$1"; return 0; }
    cd -- "$1" || exit 126
}

run_part() { # PART: runs a phase of the block as a child process; sets rc, and unwritten if its file could not be written
    part=$1 rc=143 late='' unwritten=''
    [ -z "$stop" ] || return 0
    echo "child $key" >&3
    [ "$grouping" != monitor ] || set -m
    (
        trap - TERM HUP INT USR1 USR2 PIPE
        cd "$kit_dir" || exit 126
        "$block" "$part"
    ) 3>&- &
    child=$!
    [ "$grouping" != monitor ] || set +m
    while :; do
        woken=''
        wait "$child" 2>/dev/null
        rc=$?
        [ -n "$woken" ] || break
        [ -n "$stop$late" ] || continue
        end_body "$child"
        wait "$child" 2>/dev/null
        rc=143
        break
    done
    child=''
    if [ "$rc" = 125 ] && [ ! -f "$run_dir/$key.$part.sh" ]; then
        unwritten=1
        echo "=== cannot write the script to $run_dir"
    fi
}

pause() { # SECONDS: sleeps, until it should stop
    [ -z "$stop" ] || return 0
    sleep "$1" 3>&- &
    child=$!
    wait "$child" 2>/dev/null
    [ -z "$stop" ] || kill "$child" 2>/dev/null
    child=''
}

worker() { # STEP: runs one step, criterion or benchmark; in a background process
    key=$1 stop='' late='' unwritten='' child='' outcome='' attempt=1 record=/dev/null as_it_runs=''
    trap 'woken=1 stop=1' TERM HUP
    trap 'woken=1 late=1' USR1
    case $mode in
        up | check | rollback | push) log=$log_dir/$key.log ;;
        *) log=$log_dir/$mode-$key.log ;;
    esac
    if ! { true >>"$log"; } 2>/dev/null; then # on a full disk exec would end the worker silently
        echo "end $key unrecorded 0" >&3
        return 0
    fi
    exec >>"$log" 2>&1 </dev/null
    stamp
    begun=$now
    case $mode in
        up) work_up ;;
        check)
            run_part validate
            if [ -n "$stop" ]; then outcome=stopped; elif [ "$rc" = 0 ]; then outcome=valid; elif [ -n "$unwritten" ]; then outcome=unwritten; else outcome=invalid; fi
            ;;
        rollback)
            echo "=== $utc rollback of $id"
            run_part rollback
            if [ "$rc" = 0 ]; then outcome=undone; else outcome=failed; fi
            stamp
            echo "=== $utc end: $outcome"
            ;;
        push) work_push ;;
        verify) work_verify ;;
        bench) work_bench ;;
    esac
    echo "end $key $outcome $((now - begun))" >&3
}

still_mine() { # is the lock still that of the run that started this worker?
    [ -L "$lock" ] && [ ! -L "$base/lock.$((mine + 1))" ]
}

claim() { # creates the step's record before its script runs; sets outcome if it must not run
    # If a run is killed, its worker may write this record just after the next run
    # has looked for records, and that run starts the step too. So a record is only
    # ever created, never overwritten, and the lock is checked after that: at most
    # one of the two workers continues.
    myself
    while :; do
        set -C
        printf 'step %s\naction %s %s\nplan %s\nworker %s %s %s\n' "$id" "$hash" "$runs" "$plan_hash" "$me" "$start_time" "$boot" 2>/dev/null >"$record"
        claim_status=$?
        set +C
        [ "$claim_status" != 0 ] || break
        if [ ! -f "$record" ]; then
            outcome=unrecorded
            return 1
        fi
        read_record "$record"
        if [ "$record_worker" = "$me" ] || [ -z "$record_worker" ]; then # half written: the disk is full
            rm -f "$record"
            outcome=unrecorded
            return 1
        fi
        if ! still_mine; then
            outcome=stopped
            return 1
        fi
        nap
    done
    still_mine && return 0
    rm -f "$record"
    outcome=stopped
    return 1
}

work_up() {
    if [ "$pending" = reload ] || { [ -n "$pending" ] && still_same; }; then
        outcome=kept
        work_reload
        return 0
    fi
    case $pending in 1 | check) echo "begin $key" >&3 ;; esac
    record=$state_dir/$key.run # not before: a validation alone leaves no record
    claim || return 0
    if [ -f "$state_dir/$key.done" ]; then # of a step whose needs were done again
        mv -f "$state_dir/$key.done" "$state_dir/$key.was"
    fi
    note_inputs || { outcome=unwritten; return 0; }
    reload_prepare
    case $has in # without a validation, an interrupted step simply runs again
        *validate*) durable "$record" "$state_dir" ;;
    esac
    if [ -n "$skip_when_valid" ]; then
        run_part validate
        [ "$rc" != 0 ] || reload_kept
        [ "$rc" != 0 ] || outcome=valid
    fi
    while [ -z "$outcome" ]; do
        echo "=== $utc start $id, attempt $attempt of $((retries + 1))"
        try_once
        if [ -n "$stop" ]; then
            outcome=stopped
        elif [ "$rc" = 0 ]; then
            outcome='done'
        elif [ -n "$left_off" ]; then
            outcome=left
        elif [ "$attempt" -gt "$retries" ]; then
            outcome=failed
            [ -z "$unwritten" ] || outcome=unwritten
        else
            echo "=== retrying in ${backoff}s"
            pause "$backoff"
            backoff=$((backoff * 2)) attempt=$((attempt + 1))
            stamp
        fi
    done
    stamp
    echo "=== $utc end $id: $outcome"
    case $outcome in
        done | valid)
            made_token
            if [ -n "$recheck" ] && [ "$token" = "$was_made" ] && [ "$was_hash" = "$hash" ] && mv -f "$state_dir/$key.was" "$state_dir/$key.done"; then
                rm -f "$record"
                outcome=same
                return 0
            fi
            if ! { printf 'made %s\n%send %s %s %s\n' "$token" "${loads:+loaded $loads
}" "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null || ! durable "$record" ||
                ! mv -f "$record" "$state_dir/$key.done" || ! durable "$state_dir"; then
                outcome=unrecorded
            fi
            [ ! -f "$state_dir/$key.was" ] || rm -f "$state_dir/$key.was"
            ;;
        left) rm -f "$record" ;; # the next run starts it again
        failed | unwritten)
            [ "$outcome:$part" != unwritten:validate ] || return 0 # its body succeeded: the next run validates it
            { printf 'end %s %s %s\n' "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null
            mv -f "$record" "$state_dir/$key.failed" 2>/dev/null
            ;;
    esac
}

try_once() { # runs the body, then measures and validation; sets rc, and left_off if it only stopped waiting
    left_off=''
    case $has in *measured*) offset=$(wc -c <"$log") ;; esac
    rc=0
    case $preflight:$has in *ports* | *rollout*) still_ours || rc=1 ;; esac
    [ "$rc" != 0 ] || case $has in *rollout*) run_part rollout ;; esac
    if [ "$rc" = 0 ]; then
        case $has in *before*) run_part before ;; esac
        case " $pulled " in
            *" $key "*) run_part pull ;;
            *) run_part run ;;
        esac
        [ "$rc" != 0 ] || reload_kept
    fi
    if [ -n "$late" ]; then
        echo "=== timed out after ${timeout}s and was ended"
        return 0
    fi
    if [ "$rc" != 0 ]; then
        case $rc:$waits in 75:*run*) left_off=1 ;; esac
        [ -n "$stop$unwritten$left_off" ] || echo "=== exited with status $rc"
        return 0
    fi
    case $has:" $pulled " in
        *:*" $key "*) ;;
        *measured*)
            measured_ok=1
            "$block" measured
            [ -n "$measured_ok" ] || { rc=1; return 0; }
            ;;
    esac
    case $has in
        *validate*)
            case $waits in validate) echo "changed $key" >&3 ;; esac
            run_part validate
            case $rc:$waits in 75:*validate*) left_off=1 ;; esac
            if [ -n "$late" ]; then
                echo "=== validation timed out after ${timeout}s and was ended"
            elif [ "$rc" != 0 ] && [ -z "$stop$unwritten$left_off" ]; then
                echo "=== validation exited with status $rc"
            fi
            ;;
    esac
}

measure() { # NAME OP VALUE: does the last number of the body's output satisfy what the plan assumes?
    if ! tail -c "+$((offset + 1))" "$log" 2>/dev/null >"$run_dir/$key.output"; then
        echo "=== cannot write the output to $run_dir"
        measured_ok='' unwritten=1
        return 0
    fi
    last_number "$run_dir/$key.output"
    if [ -z "$number" ]; then
        echo "=== cannot measure $1: no line of the output is a number"
        measured_ok=''
        return 0
    fi
    echo "measure $1 $number" >>"$record"
    if compare "$number" "$2" "$3"; then
        echo "=== measured $1 = $number (the plan assumes $2 $3)"
    else
        echo "=== measured $1 = $number, but the plan assumes $2 $3"
        measured_ok=''
    fi
}

last_number() { # FILE: sets number to the last line that is a number
    number=$(LC_ALL=C awk '
        { gsub(/^[ \t]+|[ \t\r]+$/, "") }
        /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ { found = $0 }
        END { print found }' "$1")
}

compare() { # NUMBER OP NUMBER
    LC_ALL=C awk 'BEGIN {
        a = ARGV[1] + 0; b = ARGV[3] + 0; op = ARGV[2]
        if (op == "<") ok = a < b
        else if (op == "<=") ok = a <= b
        else if (op == ">") ok = a > b
        else if (op == ">=") ok = a >= b
        else if (op == "==") ok = a == b
        else if (op == "!=") ok = a != b
        exit !ok
    }' "$1" "$2" "$3"
}

work_verify() {
    deadline=$((now + within))
    while :; do
        observed=''
        if "$block" check; then
            outcome=met
        elif [ -n "$stop" ]; then
            outcome=stopped
        else
            clock
            [ "$now" -lt "$deadline" ] || outcome=unmet
        fi
        [ -z "$outcome" ] || break
        pause 1
    done
    stamp
    echo "=== $utc $title: $outcome${observed:+ ($observed)}"
    printf '%s' "$observed" | LC_ALL=C tr -s '\001-\037' ' ' >"$run_dir/$key.observed"
}

work_bench() {
    echo "=== $utc start $title"
    offset=$(wc -c <"$log")
    run_part run
    tail -c "+$((offset + 1))" "$log" >"$run_dir/$key.output"
    last_number "$run_dir/$key.output"
    printf '%s\n' "$number" >"$run_dir/$key.observed"
    if [ -n "$stop" ]; then
        outcome=stopped
    elif [ "$rc" != 0 ] || [ -z "$number" ]; then
        outcome=failed
    elif compare "$number" "$target_op" "$target_value"; then
        outcome=met
    else
        outcome=missed
    fi
    stamp
    echo "=== $utc end: $outcome"
}
