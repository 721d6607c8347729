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
    load_plan # a run that has just ended may have taken a fallback
    resolve_steps
    back_to_plan
    check_plan
    survivors
    copy_parts
    load_state
    judge
    [ -z "$signalled" ] || return $((128 + signalled))
    check_destroyed
    select_steps
    preflight_words
    for k in $steps; do
        unset "l_$k" # it has been decided what is done
        [ -n "$live" ] || unset "at_$k" # the live view alone asks for planned times
    done
    put "$state_dir/plan" "$plan_hash $goal" || die 3 "Nothing can be written in $state_dir: is the disk full?"
    adopt_env
    write_env
    clock
    up_began=$now
    run_selected
    clock
    span $((now - up_began))
    up_took=$span_text
    # A run that only looks says nothing about how long a deployment takes.
    [ -z "$selected" ] || printf '%s\n' $((now - up_began)) 2>/dev/null >"$state_dir/took"
    [ -z "$signalled" ] || {
        say "Interrupted after $up_took. ./deploy.sh goes on from here."
        return $((128 + signalled))
    }
    if [ -n "$failed_keys" ] && ! goal_holds; then
        if [ -n "$want_rollback" ]; then
            say 'Rolling back what is done.'
            load_plan # a run forgets what it no longer needs of it
            load_state
            roll_back
        fi
        write_report
        complain "The deployment failed after $up_took. Once the cause is mended, ./deploy.sh goes on from here."
        return 1
    fi
    if [ -n "$only$skip" ]; then
        say "Done ($up_took). Steps may be left: ./deploy.sh status lists them."
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
    name_orphans
    kit_replaced
    verify_all
    verify_status=$?
    write_report
    say "The report: $base/reports/report.md"
    return "$verify_status"
}

name_orphans() { # says which containers of an older kit are still there: what they do isn't in the manifest any more
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 0
    find_compose
    orphans_words=$COMPOSE
    for profile in $profiles; do orphans_words="$orphans_words --profile=$profile"; done
    set --
    for compose_word in $orphans_words config --services; do set -- "$@" "$compose_word"; done
    orphans_known=$("$@" 2>/dev/null </dev/null) && [ -n "$orphans_known" ] || return 0
    orphans_known=" $(printf '%s' "$orphans_known" | tr '\n' ' ') "
    orphans=$(docker ps --all --filter "label=com.docker.compose.project=$project" \
        --format '{{.Names}} {{.Label "com.docker.compose.service"}}' 2>/dev/null </dev/null) || return 0
    while read -r orphan orphan_service; do
        case $orphans_known in *" $orphan_service "*) continue ;; esac
        [ -z "$orphan" ] || say "The container $orphan is of an older kit, which had the service $orphan_service. To remove it: docker rm --force $orphan"
    done <<ORPHANS
$orphans
ORPHANS
}

goal_holds() { # though steps failed: all of them are optional, and the goal needs nothing that isn't done
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
                if [ -n "$detour" ] && [ "${resolve_line#from:}" = "$detour_id" ]; then
                    found=$detour
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

select_steps() { # sets selected: the steps to run, in the plan's order
    selected='' done_count=0
    for k in $skip; do eval "s_$k=skip"; done
    for k in $only; do
        eval "only_needs=\${n_$k-} only_id=\${id_$k-$k}"
        for only_need in $only_needs; do
            eval "only_status=\$s_$only_need only_need_id=\${id_$only_need-$only_need}"
            case $only_status in
                done | skip) ;;
                *) case " $only " in *" $only_need "*) ;; *) die 5 "--only $only_id: its need $only_need_id isn't done." ;; esac ;;
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
    if [ $# = 0 ]; then
        say "Nothing to do: all steps of goal '$goal' are done."
    else
        say "Goal '$goal': $# of $total steps to do, at most $jobs at once."
        run_steps "$@"
        [ -z "$wanted_detour" ] || decide_detour
    fi
    done_count=0
}

agreed() { # QUESTION: asks on the terminal; with --yes it needn't
    [ -z "$assume_yes" ] || return 0
    signals_end
    nap # let the printer come first
    nap
    printf '%s [y/N] ' "$1"
    read -r agreed_answer || agreed_answer=''
    [ -z "$stage" ] || signals_are_events
    case $agreed_answer in
        y | Y | yes | Yes | YES) return 0 ;;
    esac
    return 1
}

dry_run_up() { # what up would do; touches nothing
    load_state
    resolve_dry
    showing=1
    for k in $selected; do
        describe "$k"
        part=run key=$k
        say "$id${title:+  $title}"
        "action_$action" run
        case $has in
            *validate*)
                say '  validated by'
                part=validate
                "action_$action" validate
                ;;
        esac
    done
    [ -n "$selected" ] || say "Nothing to do: all steps of goal '$goal' are done."
}

resolve_dry() {
    dry_queue=$redo # what is to be done again, with all that need it
    for k in $steps; do
        eval "select_status=\$s_$k"
        case $select_status in
            done) ;;
            changed) dry_queue="$dry_queue $k" ;;
            *) eval "s_$k=todo" ;;
        esac
    done
    while [ -n "${dry_queue# }" ]; do
        dry_queue=${dry_queue# }
        k=${dry_queue%% *}
        case $dry_queue in *' '*) dry_queue=${dry_queue#* } ;; *) dry_queue='' ;; esac
        eval "s_$k=todo dry_next=\${d_$k-}"
        for dry_one in $dry_next; do
            eval "select_status=\$s_$dry_one"
            [ "$select_status" = todo ] || dry_queue="$dry_queue $dry_one"
        done
    done
    select_steps
}
