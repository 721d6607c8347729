# ---- what a worker does

script() { # SHELL FOLDER [NAME]: becomes a script of the kit, that of the phase unless named
    script_file=$parts_dir/$2/${3:-$part}.sh
    if [ -n "$showing" ]; then
        sed '1,3d; s/^/    /' "$script_file"
        return 0
    fi
    # A body records its own failure, for when nobody waits for its end any more.
    # A trap in its shell costs no process. Where the body may replace that trap
    # or that shell, another one around it does so as well; TERM ends that one
    # only after the body, and without a word, for the body has not had its way.
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
    umask "$user_umask" # what a body makes is its user's, not this script's
    [ "$grouping" != setsid ] || set -- "$setsid" "$@"
    [ -z "$env_words" ] || eval "export$env_words" # last: from here on the names are the action's
    exec "$@" </dev/null
}

end_unwritten() { # ends a body before it begins; that its file isn't there tells run_part of it
    rm -f "$body_file"
    exit 125
}

watch_bodies() { # sets watch_head and watch_tail: around a step's key, shell text that has a body record that it failed
    quote_word "$state_dir/"
    quote_word "case \$? in 0) ;; *) set -- \"\$?\" $quoted"
    watch_head="trap $quoted"
    quote_word ".run; { echo \"exit \$1\" >>\"\$2\" && { sync \"\$2\" || sync; }; } 2>/dev/null || : ;; esac"
    watch_tail="$quoted EXIT"
}

with_env() { # NAME VALUE: gives the next body a variable, whatever this script calls its own
    env_count=$((env_count + 1))
    eval "env_$env_count=\$2" # under a number, for NAME may be a name of this script's own
    env_words="$env_words $1=\"\$env_$env_count\""
}

with_secret() { # NAME SECRET LENGTH: gives the next body the secret as a variable
    { set +x; } 2>/dev/null # a trace must not show it
    [ -z "$showing" ] || return 0
    [ -s "$base/secrets/$2" ] || make_secret "$2" "$3" || exit 126
    secret_value=''
    IFS= read -r secret_value <"$base/secrets/$2" || [ -n "$secret_value" ] || exit 126
    eval "$1=\$secret_value; export $1" # NAME is an identifier
}

make_secret() { # SECRET LENGTH: makes it, unless another process has just done so
    myself
    od -A n -v -t u1 -N "$(($2 * 2 + 64))" /dev/urandom | LC_ALL=C awk -v length_wanted="$2" '
        BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
        { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < length_wanted) out = out substr(set, $i % 62 + 1, 1) }
        END { if (length(out) < length_wanted) exit 1; printf "%s", out }' >"$base/secrets/$1.$me" || return 1
    chmod 0444 "$base/secrets/$1.$me"
    durable "$base/secrets/$1.$me"
    ln "$base/secrets/$1.$me" "$base/secrets/$1" 2>/dev/null
    rm -f "$base/secrets/$1.$me"
    durable "$base/secrets"
    [ -s "$base/secrets/$1" ]
}

workdir() { # FOLDER, seen from the kit's
    [ -n "$showing" ] && { printf '    cd %s\n' "$1"; return 0; }
    cd -- "$1" || exit 126
}

run_part() { # PART: runs a part of the block in a process of its own; sets rc, and unwritten when there was no room for it
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
        echo "=== its script could not be written in $run_dir"
    fi
}

pause() { # SECONDS: sleeps, unless told to stop
    [ -z "$stop" ] || return 0
    sleep "$1" 3>&- &
    child=$!
    wait "$child" 2>/dev/null
    [ -z "$stop" ] || kill "$child" 2>/dev/null
    child=''
}

worker() { # STEP: what is done with one step, criterion or benchmark; in a process of its own
    key=$1 stop='' late='' unwritten='' child='' outcome='' attempt=1 record=/dev/null
    trap 'woken=1 stop=1' TERM HUP
    trap 'woken=1 late=1' USR1
    case $mode in
        up | check | rollback) log=$log_dir/$key.log ;;
        *) log=$log_dir/$mode-$key.log ;;
    esac
    if ! { true >>"$log"; } 2>/dev/null; then # on a full disk exec would end the worker without a word
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
        verify) work_verify ;;
        bench) work_bench ;;
    esac
    echo "end $key $outcome $((now - begun))" >&3
}

still_mine() { # is the lock still that of the run that started this worker?
    [ -L "$lock" ] && [ ! -L "$base/lock.$((mine + 1))" ]
}

claim() { # writes the step's record before anything runs; sets outcome when it must not run
    # A worker may outlive its run by so little that the next run looks for
    # records before this one is written, and starts the step itself. So a record
    # is only ever created, never overwritten, and after that the lock is looked
    # at: whichever came first, at most one of the two goes on.
    myself
    while :; do
        set -C
        printf 'step %s\naction %s\nplan %s\nworker %s %s %s\n' "$id" "$hash" "$plan_hash" "$me" "$start_time" "$boot" 2>/dev/null >"$record"
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
    record=$state_dir/$key.run
    claim || return 0
    case $has in # without a validation, what was in flight is simply run again
        *validate*) durable "$record" "$state_dir" ;;
    esac
    if [ -n "$skip_when_valid" ]; then
        run_part validate
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
            echo "=== once more in ${backoff}s"
            pause "$backoff"
            backoff=$((backoff * 2)) attempt=$((attempt + 1))
            stamp
        fi
    done
    stamp
    echo "=== $utc end $id: $outcome"
    case $outcome in
        done | valid)
            if ! { printf 'end %s %s %s\n' "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null || ! durable "$record" ||
                ! mv -f "$record" "$state_dir/$key.done" || ! durable "$state_dir"; then
                outcome=unrecorded
            fi
            ;;
        left) rm -f "$record" ;; # it is to be done again, as if it hadn't begun
        failed | unwritten)
            [ "$outcome:$part" != unwritten:validate ] || return 0 # its body has ended well: it stays in flight
            { printf 'end %s %s %s\n' "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null
            mv -f "$record" "$state_dir/$key.failed" 2>/dev/null
            ;;
    esac
}

try_once() { # runs the body, then its validation and measures; sets rc, and left_off when it has only stopped to wait
    left_off=''
    case $has in *measured*) offset=$(wc -c <"$log") ;; esac
    case $has in *before*) run_part before ;; esac
    run_part run
    if [ -n "$late" ]; then
        echo "=== it took longer than its timeout of ${timeout}s and was ended"
        return 0
    fi
    if [ "$rc" != 0 ]; then
        case $rc:$waits in 75:*run*) left_off=1 ;; esac
        [ -n "$stop$unwritten$left_off" ] || echo "=== it ended with status $rc"
        return 0
    fi
    case $has in
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
                echo "=== its validation took longer than ${timeout}s and was ended"
            elif [ "$rc" != 0 ] && [ -z "$stop$unwritten$left_off" ]; then
                echo "=== its validation ended with status $rc"
            fi
            ;;
    esac
}

measure() { # NAME OP VALUE: is the last number of the body's output what the plan assumes?
    if ! tail -c "+$((offset + 1))" "$log" 2>/dev/null >"$run_dir/$key.output"; then
        echo "=== its output could not be written in $run_dir"
        measured_ok='' unwritten=1
        return 0
    fi
    last_number "$run_dir/$key.output"
    if [ -z "$number" ]; then
        echo "=== $1 was to be measured, but no line of the output is a number"
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

last_number() { # FILE: sets number to the last line that is one
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
