# ---- the scheduler

engine() { # MODE LIMIT KEY…: works on all of them, at most LIMIT at once; sets failed_keys
    mode=$1 limit=$2
    shift 2
    ready='' ready_last=0 running='' running_count=0 ended_count=0 job_count=$# failed_keys='' halt=''
    open_stage
    [ ! -e "$run_dir/halted" ] || rm -f "$run_dir/halted"
    clock
    count_up
    [ -z "$live" ] || [ "$mode" != up ] || load_durations "$@"
    for r in $resources; do
        eval "free_$r=\$capacity_$r q_$r="
    done
    for k in "$@"; do
        eval "r_$k=0"
        [ "$mode" = up ] && count_needs "$k"
    done
    for k in "$@"; do
        eval "left=\$r_$k"
        [ "$left" -gt 0 ] || offer "$k"
    done
    while :; do
        while [ -z "$halt" ] && [ -n "$ready" ] && [ "$running_count" -lt "$limit" ]; do
            k=${ready%% *}
            ready=${ready#* }
            launch "$k"
        done
        [ "$running_count" -gt 0 ] || break
        [ -z "$live" ] || draw_live
        read -r event event_key event_1 event_2 <&3 || continue
        case $event in
            end) on_end "$event_key" "$event_1" "$event_2" ;;
            child) eval "[ \${limit_$event_key-0} = 0 ] || t_$event_key=\$((now + limit_$event_key))" ;;
            changed) on_changed "$event_key" ;;
            tick) on_tick ;;
            lost) on_lost "$event_key" "$event_1" ;;
            signal) on_signal "$event_key" "$event_1" ;;
        esac
    done
    rm -f "$run_dir/live"
}

count_needs() { # STEP: sets r_STEP to how many of its needs aren't done; queues it at its resources
    eval "count_list=\${n_$1-} count_uses=\${u_$1-}"
    for count_need in $count_list; do
        eval "count_status=\$s_$count_need"
        case $count_status in
            done | skip) ;;
            *) eval "r_$1=\$((r_$1 + 1))" ;;
        esac
    done
    for count_use in $count_uses; do
        eval "q_${count_use%%=*}=\"\${q_${count_use%%=*}}$1 \""
    done
}

offer() { # STEP: its needs are done; it is ready once its resources are granted
    # They are granted strictly in the order of planned start.
    offer_uses=''
    if [ "$mode" = up ]; then
        eval "offer_uses=\${u_$1-}"
        for offer_use in $offer_uses; do
            offer_r=${offer_use%%=*}
            eval "offer_head=\${q_$offer_r%% *} offer_free=\$free_$offer_r"
            if [ "$offer_head" != "$1" ] || [ "$offer_free" -lt "${offer_use#*=}" ]; then
                return 0
            fi
        done
        for offer_use in $offer_uses; do
            offer_r=${offer_use%%=*}
            eval "free_$offer_r=\$((free_$offer_r - ${offer_use#*=})) q_$offer_r=\${q_$offer_r#* }"
        done
    fi
    make_ready "$1"
    for offer_use in $offer_uses; do
        offer_next "${offer_use%%=*}"
    done
}

offer_next() { # RESOURCE: whoever heads its queue may be next
    while :; do
        eval "next_head=\${q_$1%% *}"
        [ -n "$next_head" ] || return 0
        eval "next_status=\$s_$next_head next_left=\${r_$next_head-0}"
        case $next_status in
            todo) break ;;
            *) eval "q_$1=\${q_$1#* }" ;; # it will not run any more
        esac
    done
    [ "$next_left" -gt 0 ] || offer "$next_head"
}

make_ready() { # KEY: inserts it in the order of the plan; a rollback goes the other way
    ready_i=$ready_last
    [ "$mode" != up ] || eval "ready_i=\$i_$1"
    if [ -z "$ready" ] || [ "$ready_i" -ge "$ready_last" ]; then
        ready="$ready$1 "
        ready_last=$ready_i
        return 0
    fi
    ready_before='' ready_rest=$ready
    while :; do
        ready_head=${ready_rest%% *}
        eval "ready_head_i=\$i_$ready_head"
        [ "$ready_head_i" -gt "$ready_i" ] && break
        ready_before="$ready_before$ready_head "
        ready_rest=${ready_rest#* }
    done
    ready="$ready_before$1 $ready_rest"
}

launch() { # KEY
    case $mode in
        up)
            describe "$1"
            block=action_$action
            eval "s_$1=running"
            say "$position start   $id${title:+  $title}"
            ;;
        check | rollback) describe "$1"; block=action_$action ;;
        verify) describe_criterion "$1"; block=criterion_$1 timeout=0 ;;
        bench) describe_benchmark "$1"; block=benchmark_$1 ;;
    esac
    worker "$1" &
    unset "r_$1"
    eval "w_$1=\$! limit_$1=\$timeout began_$1=\$now"
    running="$running $1"
    running_count=$((running_count + 1))
}

count_up() { # sets position to [ended/all]
    position="[$((done_count + ended_count))/$((done_count + job_count + later_count))]"
}

on_end() { # KEY OUTCOME SECONDS
    case " $running " in *" $1 "*) ;; *) return 0 ;; esac
    on_end_running=''
    for k in $running; do
        [ "$k" = "$1" ] || on_end_running="$on_end_running $k"
    done
    running=$on_end_running
    running_count=$((running_count - 1)) ended_count=$((ended_count + 1))
    count_up
    eval "wait \$w_$1" 2>/dev/null
    unset "w_$1" "t_$1" "x_$1" "limit_$1" "began_$1"
    span "$3"
    case $mode in
        up) ended_up "$1" "$2" ;;
        check) eval "v_$1=\$2" ;;
        rollback) ended_rollback "$1" "$2" ;;
        verify) ended_verify "$1" "$2" "$3" ;;
        bench) ended_bench "$1" "$2" "$3" ;;
    esac
}

ended_up() { # STEP OUTCOME
    describe "$1"
    case $2 in
        done | valid)
            eval "s_$1=done"
            if [ "$2" = valid ]; then
                say "$position $c_good""valid$c_off   $id (nothing to do)"
            else
                say "$position $c_good""done$c_off    $id ($span_text)"
            fi
            [ -z "$secret" ] || write_env
            ;;
        stopped)
            eval "s_$1=flight"
            say "$position stopped $id ($span_text)"
            ;;
        left)
            eval "s_$1=todo"
            say "$position stopped $id ($span_text), as another step has failed: the next run waits anew"
            ;;
        *)
            eval "s_$1=failed"
            failed_keys="$failed_keys $1"
            explain_failure "$1" "$2"
            ;;
    esac
    eval "ended_uses=\${u_$1-}"
    for ended_use in $ended_uses; do
        ended_r=${ended_use%%=*}
        eval "free_$ended_r=\$((free_$ended_r + ${ended_use#*=}))"
    done
    case $2 in
        done | valid)
            eval "ended_dependents=\${d_$1-}"
            unset "n_$1" "u_$1" "d_$1" "i_$1"
            for k in $ended_dependents; do
                eval "ended_status=\$s_$k r_$k=\$((\${r_$k-0} - 1))"
                [ "$ended_status" = todo ] || continue
                eval "[ \$r_$k -gt 0 ]" || offer "$k"
            done
            ;;
    esac
    for ended_use in $ended_uses; do
        offer_next "${ended_use%%=*}"
    done
}

on_changed() { # STEP: it has started its containers, and only looks at them: Compose is free for the next
    eval "changed_uses=\${u_$1-} x_$1=1"
    case " $changed_uses " in *' compose='*) ;; *) return 0 ;; esac
    changed_left=''
    for changed_use in $changed_uses; do
        case $changed_use in
            compose=*) free_compose=$((free_compose + ${changed_use#*=})) ;;
            *) changed_left="$changed_left $changed_use" ;;
        esac
    done
    eval "u_$1=\$changed_left"
    offer_next compose
}

explain_failure() { # STEP OUTCOME: what failed, its last lines, its log and its runbook; and what follows
    complain "$position FAILED  $id${title:+  $title} ($span_text)"
    case $2 in
        unrecorded | unwritten)
            why_unwritten
            if [ "$2" = unrecorded ]; then
                complain "It could not be recorded: $why."
            else
                complain "deploy.sh could not write what it needs for this step: $why."
            fi
            runbooks='' # which are about the step itself
            ;;
        lost) complain "Its worker was killed, and what it had started has been ended." ;;
        *) blame_disk ;;
    esac
    tail -n 15 "$log_dir/$1.log" 2>/dev/null | last_attempt | LC_ALL=C tr -d '\000-\010\013-\037' | sed 's/^/    | /' >>"$run_dir/screen"
    say "Its log: $log_dir/$1.log"
    for runbook in $runbooks; do
        say ''
        show_runbook "$runbook" >>"$run_dir/screen"
    done
    if other_way "$1"; then
        say "There is another way to the goal: $other_way_text."
        [ "$running_count" = 0 ] || say "No further step is started; $running_count still running are waited for."
    else
        after_failure "$1"
    fi
}

last_attempt() { # of the end of a log: what the last attempt wrote, where that begins in it
    LC_ALL=C awk '
        /^=== [0-9TZ:-]+ start / { n = 0 }
        { line[n++] = $0 }
        END { for (i = 0; i < n; i++) print line[i] }'
}

after_failure() { # STEP, which block describes: as its on_failure says
    if [ -n "$optional" ]; then
        say "It is optional: what needs it is skipped, the rest goes on."
        skip_dependents "$1"
    elif [ "$on_failure" = continue ]; then
        say "What doesn't need it goes on."
        skip_dependents "$1"
    else
        [ "$on_failure" != rollback ] || want_rollback=1
        [ -n "$halt" ] || halt=failure
        [ "$running_count" = 0 ] || end_waits
    fi
}

end_waits() { # the run ends: what only waits for containers is told to, and the rest is waited for
    end_waits_count=0 end_waits_left=0
    if [ "$halt" = failure ]; then
        echo "${want_rollback:+rollback}" 2>/dev/null >"$run_dir/halted" || :
    fi
    for k in $running; do
        describe "$k"
        eval "end_waits_changed=\${x_$k-}"
        case $halt:$waits:$end_waits_changed:$want_rollback in
            failure:*run*:*:* | failure:validate:1:) end_waits_count=$((end_waits_count + 1)) ;;
            *) end_waits_left=$((end_waits_left + 1)) ;;
        esac
    done
    end_waits_text='No further step is started'
    [ "$end_waits_left" = 0 ] || end_waits_text="$end_waits_text; $end_waits_left still running are waited for"
    [ "$end_waits_count" = 0 ] || end_waits_text="$end_waits_text; what only waits for containers ($end_waits_count) is ended"
    say "$end_waits_text."
}

skip_dependents() { # STEP: all that need it will not run
    eval "set -- \${d_$1-}"
    while [ $# -gt 0 ]; do
        skip_key=$1
        shift
        eval "skip_status=\$s_$skip_key skip_id=\${id_$skip_key-$skip_key}"
        [ "$skip_status" = todo ] || continue
        eval "s_$skip_key=skipped"
        ended_count=$((ended_count + 1))
        count_up
        say "$position skipped $skip_id"
        eval "set -- \"\$@\" \${d_$skip_key-}"
    done
}

on_tick() {
    clock
    for k in $running; do
        eval "tick_worker=\$w_$k tick_limit=\${t_$k-0}"
        started "$tick_worker"
        if [ -z "$start_time" ]; then
            echo "lost $k $tick_worker" >&3 # behind what it may have written as its last word
        elif [ -n "$signalled" ]; then
            kill -TERM "$tick_worker" 2>/dev/null
        elif [ "$tick_limit" != 0 ] && [ "$now" -ge "$tick_limit" ]; then
            kill -USR1 "$tick_worker" 2>/dev/null
        fi
    done
}

on_lost() { # KEY WORKER: it died without a word
    # When it had written one, the step may be at work again by now, with another.
    eval "[ \"\$2\" = \"\${w_$1-}\" ]" || return 0
    if [ "$mode" = up ] && [ -f "$state_dir/$1.run" ]; then
        read_record "$state_dir/$1.run"
        [ -z "$record_body" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    eval "on_end \"\$1\" lost \$((now - began_$1))"
}

on_signal() { # NAME NUMBER
    [ -n "$signalled" ] || say "Stopping on SIG$1: what runs is ended (TERM, after 10 s KILL)."
    signalled=$2 halt=signal
    for k in $running; do
        eval "kill -TERM \"\$w_$k\"" 2>/dev/null
    done
}

load_durations() { # STEP…: for the live view, how long steps took in the last run
    live_end=0 live_known=0 live_planned=0
    if [ -f "$base/durations" ]; then
        while read -r k live_seconds; do
            case " $steps " in *" $k "*) ;; *) continue ;; esac
            case $live_seconds in '' | *[!0-9]*) continue ;; esac
            planned "$k"
            eval "last_$k=\$live_seconds"
            live_known=$((live_known + live_seconds)) live_planned=$((live_planned + planned_takes))
        done <"$base/durations"
    fi
    for k in "$@"; do
        planned "$k"
        [ "$planned_finish" -le "$live_end" ] || live_end=$planned_finish
    done
}

time_left() { # sets left: what is left of the longest step, and what the plan has after it
    # What comes after is scaled by how the last run's steps differed from the plan.
    left=0
    for k in $running; do
        planned "$k"
        eval "live_began=\$began_$k live_seconds=\${last_$k-$planned_takes}"
        live_after=$((live_end - planned_finish))
        [ "$live_planned" = 0 ] || live_after=$((live_after * live_known / live_planned))
        live_seconds=$((live_seconds - now + live_began))
        [ "$live_seconds" -ge 0 ] || live_seconds=0
        [ $((live_seconds + live_after)) -le "$left" ] || left=$((live_seconds + live_after))
    done
}

draw_live() { # one line: how many of how many, the time left, what runs and for how long
    live_text="[$((done_count + ended_count))/$((done_count + job_count + later_count))]"
    if [ "$mode" = up ]; then
        time_left
        span "$left"
        [ "$left" = 0 ] || live_text="$live_text about $span_text left:"
    fi
    for k in $running; do
        eval "live_id=\${id_$k-$k} live_began=\$began_$k"
        span $((now - live_began))
        live_text="$live_text $live_id $span_text,"
        [ ${#live_text} -lt 70 ] || { live_text="$live_text …,"; break; }
    done
    printf '%s\n' "${live_text%,}" >"$run_dir/live"
}
