# ---- dry runs

dry_run_up() { # what up would do; changes nothing
    load_state
    check_stay
    choose_pulls
    leave_out
    judge_records
    for k in $redo; do dry_again "$k"; done
    mark_pending
    judge_pending
    judge_reloads
    select_steps
    set --
    for k in $selected; do set -- "$@" "$k"; done
    if [ -n "$as_json" ]; then
        dry_run_json "$@"
        return 0
    fi
    wanted_secrets
    each_secret dry_secret
    [ $# != 0 ] || { say "Nothing to do: all steps of goal '$goal' are done."; return 0; }
    count_certain "$@"
    dry_shown=0 dry_left=0 dry_takes=0
    for k in "$@"; do
        eval "pending=\${p_$k-}"
        [ -n "$pending" ] || { describe "$k"; dry_planned "$k"; dry_takes=$((dry_takes + planned_takes)); }
    done
    span "$dry_takes"
    say "Goal '$goal': $certain_count of $total steps would run ($span_text by the plan, one after the other)${certain_maybe:+, up to $certain_maybe more if the results that they need change}."
    for k in "$@"; do
        eval "pending=\${p_$k-}"
        case $pending:$dry_run in 1:short | check:short) continue ;; esac
        if [ "$dry_run" = short ] && [ "$dry_shown" -ge 16 ]; then
            dry_left=$((dry_left + 1))
            continue
        fi
        dry_shown=$((dry_shown + 1))
        dry_step "$k"
    done
    [ "$dry_left" = 0 ] || say "  … and $dry_left more steps"
    [ "$dry_run" != short ] || say 'With the scripts: ./deploy.sh --dry-run=full'
}

dry_step() { # STEP: prints a line of a dry run, and with --dry-run=full the scripts
    describe "$1"
    dry_planned "$1"
    span "$planned_takes"
    dry_reason "$1"
    if [ "$pending" = reload ]; then
        say "  $id${title:+  $title}: $dry_why"
    else
        say "  $id${title:+  $title} ($span_text): $dry_why$dry_rolls${disrupts:+; disrupts $disrupts}"
    fi
    [ "$dry_run" = full ] || return 0
    showing=1
    if [ "$pending" = reload ]; then
        part=reload key=$1
        "action_$action" reload
        return 0
    fi
    if [ -n "$dry_rolls" ]; then
        part=rollout key=$1
        "action_$action" rollout
    fi
    part=run key=$1
    case " $pulled " in *" $1 "*) part=pull ;; esac
    "action_$action" "$part"
    case $has in
        *validate*)
            say '  validation:'
            part=validate
            "action_$action" validate
            ;;
    esac
}

dry_planned() { # STEP, which describe has set: planned, and dry_rolls for one that replaces the containers of an earlier run: then it takes the time of all of them, one after the other
    planned "$1"
    dry_rolls='' roll_total=0
    case $has in *rollout*) ;; *) return 0 ;; esac
    [ -f "$state_dir/$1.done" ] || [ -f "$state_dir/$1.was" ] || return 0
    showing=count part=rollout key=$1
    "action_$action" rollout
    showing=''
    dry_batches=$(((roll_total + roll_max - 1) / roll_max))
    [ "$dry_batches" -gt 1 ] || return 0
    planned_takes=$((dry_batches * planned_takes + (dry_batches - 1) * roll_pause))
    dry_rolls="; replaces $roll_total containers, $roll_max at a time"
}

dry_reason() { # STEP: sets dry_why
    eval "pending=\${p_$1-} dry_why=\${y_$1-it has not been done yet}"
    case $pending in
        '' | reload) ;;
        recheck) dry_why='finds out whether anything has changed' ;;
        *) dry_why='if a result that it needs changes' ;;
    esac
}

dry_again() { # STEP: --from: it and all that need it
    set -- "$1"
    while [ $# -gt 0 ]; do
        eval "dry_next=\${d_$1-} dry_why=\${y_$1-}"
        if [ "$dry_why" != 'asked for by --from' ]; then
            eval "s_$1=todo y_$1='asked for by --from'; unset p_$1"
            for dry_one in $dry_next; do set -- "$@" "$dry_one"; done
        fi
        shift
    done
}

dry_run_json() { # STEP…
    json "$goal"
    printf '{"format_version":"1.1","goal":%s,"total":%d,"steps":[' "$json_text" "$total"
    dry_comma=''
    for k in "$@"; do
        describe "$k"
        dry_planned "$k"
        dry_reason "$k"
        json "$id"
        printf '%s{"id":%s' "$dry_comma" "$json_text"
        json "$title"
        printf ',"title":%s' "$json_text"
        json "$dry_why"
        case $pending in '' | reload) dry_certain=true ;; *) dry_certain=false ;; esac
        [ "$pending" != reload ] || disrupts='' planned_takes=0
        printf ',"certain":%s,"reason":%s,"seconds":%d,"disrupts":[' "$dry_certain" "$json_text" "$planned_takes"
        dry_comma=''
        for dry_one in $disrupts; do
            printf '%s"%s"' "$dry_comma" "$dry_one"
            dry_comma=,
        done
        printf '],"rollout":'
        if [ -n "$dry_rolls" ]; then
            printf '{"containers":%d,"at_once":%d,"pause":%s}' "$roll_total" "$roll_max" "$roll_pause"
        else
            printf null
        fi
        if [ "$dry_run" = full ]; then
            showing=1 part=run key=$k
            [ "$pending" != reload ] || part=reload
            case " $pulled " in *" $k "*) part=pull ;; esac
            json "$("action_$action" "$part")"
            printf ',"run":%s' "$json_text"
        fi
        printf '}'
        dry_comma=,
    done
    printf ']}\n'
}
