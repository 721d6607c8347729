# ---- another way, when a step fails

other_way() { # STEP: may its fallback be taken? then nothing is started until that is decided
    eval "other_way=\${f_$1-}"
    [ -n "$other_way" ] && [ -z "$detour$only$signalled" ] && [ "$failed_keys" = " $1" ] || return 1
    other_way_text=${other_way#* }
    other_way_mode=${other_way_text%% *} other_way_text=${other_way_text#* }
    case $other_way_mode in
        never) return 1 ;;
        auto) ;;
        *)
            if [ -z "$assume_yes" ] && ! { [ -t 0 ] && [ -t 1 ]; }; then
                say "There is another way to the goal ($other_way_text): with --yes it is taken when this step fails."
                return 1
            fi
            ;;
    esac
    wanted_detour=$1 halt=detour
}

run_steps() { # STEP…: those of the goal's plan, and once they are done those of the fallback
    run_first='' run_then=''
    for k in "$@"; do
        case "$before_detour " in
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

decide_detour() { # a step that has a fallback failed: takes it, or goes on as on_failure says
    decide_step=$wanted_detour
    wanted_detour=''
    [ -z "$signalled" ] || return 0
    describe "$decide_step"
    if [ "$failed_keys" != " $decide_step" ]; then
        complain 'As another step failed too, the other way is not taken.'
    elif [ "$other_way_mode" = auto ] || agreed "Take the other way ($other_way_text) in place of $id?"; then
        take_detour
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

take_detour() { # in place of decide_step: its rollback, the steps that don't need it, the fallback's
    case $has in
        *rollback*)
            eval "s_$decide_step=done" # as far as a rollback goes
            engine rollback 1 "$decide_step"
            [ -z "$failed_keys$signalled" ] || return 0
            ;;
    esac
    rm -f "$state_dir/$decide_step.failed"
    put "$state_dir/fallback" "$plan_hash $decide_step" || die 3 "Nothing can be written in $state_dir: is the disk full?"
    say "Taking the other way in place of $id; from now on it belongs to the plan."
    load_plan
    load_state
    select_steps
    preflight_words
    run_selected
}

back_to_plan() { # --from a step that a fallback stands in for: the goal's plan is the plan again
    case " $redo " in
        *" $detour "*) [ -n "$detour" ] || return 0 ;;
        *) return 0 ;;
    esac
    say "The plan of goal '$goal' is followed again, with $detour_id."
    rm -f "$state_dir/fallback"
    load_plan
    resolve_steps
}
