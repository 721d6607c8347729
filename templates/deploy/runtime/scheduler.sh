# ---- the scheduler

engine() { # MODE LIMIT KEY…: runs a worker for each, at most LIMIT in parallel; sets failed_keys
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
            begin) describe "$event_key"; mark_unreleased; say "$position start   $id${title:+  $title}" ;;
            tick) on_tick ;;
            lost) on_lost "$event_key" "$event_1" ;;
            signal) on_signal "$event_key" "$event_1" ;;
        esac
    done
    rm -f "$run_dir/live"
}

count_needs() { # STEP: sets r_STEP to the number of its needs that aren't done; queues it at its resources
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

offer() { # STEP: its needs are done; makes it ready if its resources are free
    # Resources are granted strictly in the order of planned start.
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

offer_next() { # RESOURCE: offers the step at the head of its queue
    while :; do
        eval "next_head=\${q_$1%% *}"
        [ -n "$next_head" ] || return 0
        eval "next_status=\$s_$next_head next_left=\${r_$next_head-0}"
        case $next_status in
            todo) break ;;
            *) eval "q_$1=\${q_$1#* }" ;; # it won't run
        esac
    done
    [ "$next_left" -gt 0 ] || offer "$next_head"
}

make_ready() { # KEY: inserts it in the plan's order; a rollback keeps the given order
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
            eval "pending=\${p_$1-}"
            if [ -z "$pending" ]; then
                mark_unreleased
                say "$position start   $id${title:+  $title}"
            fi
            ;;
        check | rollback | push)
            describe "$1"
            block=action_$action
            [ "$mode" != push ] || timeout=0
            ;;
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
    [ -z "$live" ] || : >"$run_dir/live" # what it says is no longer so
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
        push) ended_push "$1" "$2" ;;
        verify) ended_verify "$1" "$2" "$3" ;;
        bench) ended_bench "$1" "$2" "$3" ;;
    esac
}

ended_up() { # STEP OUTCOME
    describe "$1"
    case $2 in
        kept | same) eval "s_$1=done" ;;
        done | valid)
            eval "s_$1=done"
            ran_count=$((ran_count + 1))
            mark_unreleased
            if [ "$2" = valid ]; then
                say "$position $c_good""valid$c_off   $id (nothing to do)"
            else
                say "$position $c_good""done$c_off    $id ($span_text)"
            fi
            [ -z "$secret" ] || write_env
            for ended_secret in $secret; do note_secret "$ended_secret"; done
            ;;
        reloaded)
            eval "s_$1=done"
            ran_count=$((ran_count + 1))
            say "$position $c_good""reloaded$c_off $id ($span_text)"
            ;;
        stopped)
            eval "s_$1=flight"
            say "$position stopped $id ($span_text)"
            ;;
        left)
            eval "s_$1=todo"
            say "$position stopped $id ($span_text), because another step failed; the next run waits for it again"
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
        done | valid | kept | same | reloaded)
            eval "ended_dependents=\${d_$1-}"
            unset "n_$1" "u_$1" "d_$1" "i_$1" "from_$1" "p_$1"
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

on_changed() { # STEP: it has started its containers and only waits now: releases its use of Compose
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

explain_failure() { # STEP OUTCOME: reports what failed, its last log lines and runbooks, and what happens next
    complain "$position FAILED  $id${title:+  $title} ($span_text)"
    case $2 in
        unrecorded | unwritten)
            why_unwritten
            if [ "$2" = unrecorded ]; then
                complain "Recording the step failed: $why."
            else
                complain "deploy.sh could not write a file that it needs for this step: $why."
            fi
            runbooks='' # they are about the step, not about the disk
            ;;
        lost) complain "Its worker process was killed; the processes that it had started were ended." ;;
        *) blame_disk ;;
    esac
    show_log "$1"
    for runbook in $runbooks; do
        say ''
        show_runbook "$runbook" >>"$run_dir/screen"
    done
    if [ "$2" = refused ]; then # what was done stays done
        [ "$on_failure" != rollback ] || on_failure=stop
        after_failure "$1"
    elif fallback_allowed "$1"; then
        say "This step has a fallback: $fallback_text."
        [ "$running_count" = 0 ] || say "Starting no more steps; waiting for the $running_count still running."
    else
        after_failure "$1"
    fi
}

after_failure() { # STEP, after describe: continues as its on_failure says
    if [ -n "$optional" ]; then
        say "The step is optional: steps that need it are skipped, the others continue."
        skip_dependents "$1"
    elif [ "$on_failure" = continue ]; then
        say "Steps that do not need it continue."
        skip_dependents "$1"
    else
        [ "$on_failure" != rollback ] || want_rollback=1
        [ -n "$halt" ] || halt=failure
        [ "$running_count" = 0 ] || end_waits
    fi
}

end_waits() { # the run ends: steps that only wait for containers stop, the others finish
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
    end_waits_text='Starting no more steps'
    [ "$end_waits_left" = 0 ] || end_waits_text="$end_waits_text; waiting for the $end_waits_left still running"
    [ "$end_waits_count" = 0 ] || end_waits_text="$end_waits_text; stopping the $end_waits_count that only wait for containers"
    say "$end_waits_text."
}

skip_dependents() { # STEP: skips all steps that need it
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
            echo "lost $k $tick_worker" >&3 # after any event that it may have written before it died
        elif [ -n "$signalled" ]; then
            kill -TERM "$tick_worker" 2>/dev/null
        elif [ "$tick_limit" != 0 ] && [ "$now" -ge "$tick_limit" ]; then
            kill -USR1 "$tick_worker" 2>/dev/null
        fi
    done
}

on_lost() { # KEY WORKER: the worker died without an end event
    # If it did write one, the step may be running again by now, with another worker.
    eval "[ \"\$2\" = \"\${w_$1-}\" ]" || return 0
    if [ "$mode" = up ] && [ -f "$state_dir/$1.run" ]; then
        read_record "$state_dir/$1.run"
        [ -z "$record_body" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    eval "on_end \"\$1\" lost \$((now - began_$1))"
}

on_signal() { # NAME NUMBER
    [ -n "$signalled" ] || say "Stopping on SIG$1: ending the running steps (TERM, and KILL after 10 s)."
    signalled=$2 halt=signal
    for k in $running; do
        eval "kill -TERM \"\$w_$k\"" 2>/dev/null
    done
}

load_durations() { # STEP…: for the live line, how long steps took in the last run
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

time_left() { # sets left: the longest of the running steps' time left and planned time after them
    # The time after them is scaled by how the last run's durations differed from the plan.
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

draw_live() { # writes the live line: steps done of all, time left, running steps and for how long
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
        [ ${#live_text} -lt 500 ] || { live_text="$live_text …,"; break; }
    done
    printf '%s\n' "${live_text%,}" >"$run_dir/live"
}
