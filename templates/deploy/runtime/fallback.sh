# ---- fallbacks, when a step fails

fallback_allowed() { # STEP: may its fallback be taken? If so, no step starts until that is decided
    eval "fallback_row=\${f_$1-}"
    [ -n "$fallback_row" ] && [ -z "$taken$only$signalled" ] && [ "$failed_keys" = " $1" ] || return 1
    fallback_text=${fallback_row#* }
    fallback_mode=${fallback_text%% *} fallback_text=${fallback_text#* }
    case $fallback_mode in
        never) return 1 ;;
        auto) ;;
        *)
            if [ -z "$assume_yes" ] && ! { [ -t 0 ] && [ -t 1 ]; }; then
                say "This step has a fallback ($fallback_text): to switch to it when the step fails, run with --yes."
                return 1
            fi
            ;;
    esac
    wanted_fallback=$1 halt=fallback
}

run_steps() { # STEP…: runs those of the goal's plan, then those of the fallback
    run_first='' run_then=''
    for k in "$@"; do
        case "$before_fallback " in
            ' ' | *" $k "*) run_first="$run_first $k" ;;
            *) run_then="$run_then $k" ;;
        esac
    done
    done_count=$((total - $#)) later_count=$#
    eval "set -- $run_first"
    later_count=$((later_count - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
    later_count=0
    [ -z "$failed_keys$signalled" ] || return 0
    eval "set -- $run_then"
    done_count=$((total - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
}

decide_fallback() { # a step that has a fallback failed: switches to it, or continues as on_failure says
    decide_step=$wanted_fallback
    wanted_fallback=''
    [ -z "$signalled" ] || return 0
    describe "$decide_step"
    if [ "$failed_keys" != " $decide_step" ]; then
        complain 'Not switching to the fallback, because another step failed too.'
    elif [ "$fallback_mode" = auto ] || agreed "Switch to the fallback for $id ($fallback_text)?"; then
        switch_to_fallback
        return 0
    fi
    halt=''
    after_failure "$decide_step"
    [ -z "$halt" ] || return 0
    set --
    for k in $selected; do
        eval "decide_status=\$s_$k"
        [ "$decide_status" != todo ] || set -- "$@" "$k"
    done
    decide_failed=$failed_keys
    done_count=$((total - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
    failed_keys="$decide_failed$failed_keys"
}

switch_to_fallback() { # rolls back decide_step, then runs the steps that don't need it, and the fallback's
    case $has in
        *rollback*)
            eval "s_$decide_step=done" # so that it is rolled back
            engine rollback 1 "$decide_step"
            [ -z "$failed_keys$signalled" ] || return 0
            ;;
    esac
    rm -f "$state_dir/$decide_step.failed"
    put "$state_dir/fallback" "$plan_hash $decide_step" || die 3 "Cannot write to $state_dir: is the disk full?"
    say "Switching to the fallback for $id; later runs continue with it."
    load_plan
    load_state
    find_causes
    select_steps
    preflight_words
    run_selected
}

back_to_plan() { # --from a step whose fallback was taken: switches back to the goal's plan
    case " $redo " in
        *" $taken "*) [ -n "$taken" ] || return 0 ;;
        *) return 0 ;;
    esac
    say "Switching back to the plan of goal '$goal', with $taken_id."
    rm -f "$state_dir/fallback"
    load_plan
    resolve_steps
}
