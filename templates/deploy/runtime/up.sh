# ---- commands

command_up() {
    check_kit stop
    load_plan
    resolve_steps
    if [ -n "$dry_run" ]; then
        dry_run_up
        return 0
    fi
    make_folders
    take_lock
    load_plan # another run may have taken a fallback meanwhile
    resolve_steps
    back_to_plan
    check_plan
    survivors
    take_secrets
    copy_parts
    load_state
    check_stay
    use_release_images
    choose_pulls
    leave_out
    earlier_steps
    judge
    [ -z "$signalled" ] || return $((128 + signalled))
    check_destroyed
    select_steps
    preflight_words
    for k in $steps; do
        unset "l_$k" # judge has used them
        [ -n "$live" ] || unset "at_$k" # only the live line needs planned times
    done
    put "$state_dir/plan" "$runtime_version/$plan_hash $goal" || die 3 "Nothing can be written in $state_dir: is the disk full?"
    adopt_env
    write_env
    clock
    up_began=$now
    run_selected
    clock
    span $((now - up_began))
    up_took=$span_text
    # A run without steps says nothing about how long a deployment takes.
    [ -z "$selected" ] || printf '%s\n' $((now - up_began)) 2>/dev/null >"$state_dir/took"
    [ -z "$signalled" ] || {
        say "Interrupted after $up_took. Rerun ./deploy.sh to resume."
        return $((128 + signalled))
    }
    if [ -n "$failed_keys" ] && ! goal_holds; then
        if [ -n "$want_rollback" ]; then
            take_back
        fi
        write_report
        complain "The deployment failed after $up_took. Fix the cause and rerun ./deploy.sh to resume."
        return 1
    fi
    retire_logins
    if [ -n "$only$skip" ]; then
        say "Done ($up_took). Other steps may remain to be done; ./deploy.sh status lists them."
        look_at_services
        up_status=$?
        write_report
        return "$up_status"
    fi
    if [ -n "$failed_keys" ]; then
        say "Optional steps failed, but goal '$goal' is reached without them ($up_took)."
        failed_keys=''
    else
        say "All $total steps of goal '$goal' are done ($up_took)."
    fi
    clean_up
    kit_replaced
    verify_all
    verify_status=$?
    [ "$verify_status" != 0 ] || make_release
    [ "$verify_status" != 0 ] || verify_status=$retire_status
    write_report
    say "Report: $base/reports/report.md"
    if [ "$verify_status:$back_why" = 0:failure ] && [ -n "$stay" ]; then
        complain "The deployment had failed; release $stay is deployed again."
        return 1
    fi
    return "$verify_status"
}

goal_holds() { # is the goal reached although steps failed? All of them are optional, and the goal needs no step that isn't done
    for k in $failed_keys; do
        describe "$k"
        [ -n "$optional" ] || return 1
    done
    load_plan
    load_state
    for k in $steps; do
        eval "holds_status=\$s_$k holds_links=\${l_$k-}"
        case $holds_status in done | skip) continue ;; esac
        case " $holds_links " in *' goal'[\ :]* | *' included '*) return 1 ;; esac
    done
}

resolve_steps() { # sets redo, only and skip from the options
    redo='' only='' skip=''
    while IFS= read -r resolve_line; do
        case $resolve_line in
            from:*)
                if [ -n "$taken" ] && [ "${resolve_line#from:}" = "$taken_id" ]; then
                    found=$taken
                else
                    find_step "${resolve_line#from:}" --from
                fi
                redo="$redo $found"
                ;;
            only:*) find_step "${resolve_line#only:}" --only; only="$only $found" ;;
            skip:*) find_step "${resolve_line#skip:}" --skip; skip="$skip $found" ;;
        esac
    done <<CHOICES
$choices
CHOICES
}

select_steps() { # sets selected to the steps to run, in the plan's order
    selected='' done_count=0
    for k in $skip; do eval "s_$k=skip"; done
    for k in $only; do
        eval "only_needs=\${n_$k-} only_id=\${id_$k-$k}"
        for only_need in $only_needs; do
            eval "only_status=\$s_$only_need only_need_id=\${id_$only_need-$only_need}"
            case $only_status in
                done | skip) ;;
                *) case " $only " in *" $only_need "*) ;; *) die 5 "--only $only_id: the step $only_need_id, which it needs, is not done." ;; esac ;;
            esac
        done
        eval "s_$k=todo"
    done
    for k in $steps; do
        eval "select_status=\$s_$k"
        case $select_status in
            todo)
                case $only in
                    '') selected="$selected $k" ;;
                    *)
                        case " $only " in
                            *" $k "*) selected="$selected $k" ;;
                            *) eval "s_$k=left" ;;
                        esac
                        ;;
                esac
                ;;
            *) done_count=$((done_count + 1)) ;;
        esac
    done
}

preflight_words() {
    set --
    for k in $selected; do set -- "$@" "$k"; done
    preflight "$@"
}

run_selected() {
    set --
    for k in $selected; do set -- "$@" "$k"; done
    failed_keys=''
    ran_count=0
    if [ $# != 0 ]; then
        count_certain "$@"
        if [ "$certain_count" != 0 ]; then
            say "Goal '$goal': $certain_count of $total steps to do${certain_maybe:+, up to $certain_maybe more if the results that they need change}, at most $jobs in parallel."
        else
            say "Goal '$goal': checking whether anything has changed for ${certain_recheck:-its steps}."
        fi
        run_steps "$@"
        [ -z "$wanted_fallback" ] || decide_fallback
    fi
    [ "$ran_count" != 0 ] || [ -n "$failed_keys$signalled" ] || say "Nothing to do: all steps of goal '$goal' are done."
    done_count=0
}

count_certain() { # STEP…: sets certain_count to how many run in any case, certain_maybe to how many may, and certain_recheck to those that find out
    certain_count=$# certain_maybe=0 certain_recheck=''
    for k in "$@"; do
        eval "pending=\${p_$k-} certain_id=\${id_$k-$k}"
        case $pending in
            '' | reload) ;;
            recheck) certain_count=$((certain_count - 1)) certain_recheck="$certain_recheck${certain_recheck:+, }$certain_id" ;;
            *) certain_count=$((certain_count - 1)) certain_maybe=$((certain_maybe + 1)) ;;
        esac
    done
    [ "$certain_maybe" != 0 ] || certain_maybe=''
}

agreed() { # QUESTION: asks on the terminal; with --yes the answer is yes
    [ -z "$assume_yes" ] || return 0
    signals_end
    nap # let the printer finish first
    nap
    printf '%s [y/N] ' "$1"
    read -r agreed_answer || agreed_answer=''
    [ -z "$stage" ] || signals_are_events
    case $agreed_answer in
        y | Y | yes | Yes | YES) return 0 ;;
    esac
    return 1
}
