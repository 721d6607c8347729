# ---- the state that earlier runs left

check_plan() { # records of other plans count by the hashes of the actions; those of a newer runtime may not be understood
    [ -f "$state_dir/plan" ] || return 0
    read -r plan_was _ <"$state_dir/plan" || :
    case $plan_was in */*) plan_was=${plan_was%%/*} ;; *) return 0 ;; esac
    [ "$plan_was" != "$runtime_version" ] || return 0
    version_at_least "$runtime_version" '>=' "$plan_was" && return 0
    complain "The state in $state_dir was written by runtime $plan_was of a newer kit; this kit has runtime $runtime_version."
    die 5 'Deploy with the newer kit, or build this one with the newer omegagen.'
}

survivors() { # of a killed run: waits for its workers, and ends bodies whose worker is dead
    set +f
    set -- "$state_dir"/*.run
    set -f
    for record in "$@"; do
        [ -f "$record" ] || continue
        read_record "$record"
        case $record_hash$record_worker:$record_body in :?*) rm -f "$record"; continue ;; esac # only of a validation, by runtime 1.1.0
        [ "$record_boot" = "$boot" ] || continue
        key=${record##*/}
        key=${key%.run}
        if same_process "$record_worker" "$record_worker_start"; then
            say "Waiting for step $key of an interrupted run, which is still running (PID $record_worker). To stop it: kill $record_worker"
            while same_process "$record_worker" "$record_worker_start"; do nap; done
            continue
        fi
        [ -n "$record_body" ] || continue
        case " $steps " in *" $key "*) describe "$key" ;; *) has='' timeout=0 ;; esac
        if same_process "$record_body" "$record_body_start"; then
            case $has in
                *validate*)
                    survivor_end="kill -TERM -$record_body" # its process group
                    [ "$grouping" != tree ] || survivor_end="kill $record_body"
                    say "Waiting for the script of step $key of an interrupted run, which is still running (PID $record_body). To stop it: $survivor_end"
                    clock
                    survivor_deadline=$((now + timeout))
                    while same_process "$record_body" "$record_body_start"; do
                        nap
                        [ "$timeout" = 0 ] || { clock; [ "$now" -lt "$survivor_deadline" ] || break; }
                    done
                    ;;
            esac
            ! same_process "$record_body" "$record_body_start" || end_body "$record_body"
        fi
    done
}

end_leftovers() { # STEP: ends what an interrupted step left running, before it runs again
    read_record "$state_dir/$1.run"
    if [ "$record_boot" = "$boot" ] && [ -n "$record_body" ]; then
        started "$record_body"
        [ -n "$start_time" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    rm -f "$state_dir/$1.run"
}

needed_still() { # STEP: does a step to do, or the goal, still need one of its effects?
    # A link is CONSUMER, or CONSUMER:STEP,… with the later steps that overwrite the effect.
    eval "set -- \${l_$1-}"
    for link in "$@"; do
        consumer=${link%%:*}
        case $consumer in
            goal) return 0 ;;
            included) continue ;; # only requires that it was done
        esac
        eval "consumer_status=\$s_$consumer"
        case $consumer_status in done | pend) continue ;; esac
        overwritten "$link" || return 0
    done
    return 1
}

overwritten() { # LINK: has a completed step overwritten the effect? sets destroyer
    case $1 in *:*) ;; *) return 1 ;; esac
    overwritten_rest=${1#*:},
    while [ -n "$overwritten_rest" ]; do
        destroyer=${overwritten_rest%%,*}
        overwritten_rest=${overwritten_rest#*,}
        eval "destroyer_was=\${o_$destroyer-}"
        [ "$destroyer_was" != 'done' ] || return 0
    done
    return 1
}

judge() { # decides by inputs and validation which recorded steps count as done
    judge_records
    for k in $redo; do undo "$k"; done # already todo if its fallback was taken
    while :; do
        mark_pending
        validate_done
        [ -z "$signalled" ] || return 0
        [ -n "$judge_more" ] || break
    done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" = flight ] || continue
        end_leftovers "$k"
        eval "s_$k=todo"
    done
    judge_pending
    judge_reloads
}

judge_records() { # compares records with the plan and with what the steps were made from
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" != 'done' ] || eval "o_$k=done"
    done
    find_causes
    clock
    observe_keep=1 observe_known='
'
    for k in $steps; do
        eval "judge_status=\$s_$k judge_id=\${id_$k-$k}"
        [ -z "$stay" ] || ! keep_build "$k" || continue
        case $judge_status:$dry_run in
            changed:*) again "$k" 'its definition has changed' ;;
            failed:*) eval "s_$k=todo y_$k='it failed'" ;;
            flight:?*) eval "s_$k=todo y_$k='it was interrupted'" ;;
            flight:)
                describe "$k"
                read_record "$state_dir/$k.run"
                # What it is made from is recorded before its script starts: without
                # that, what validates may be made from something older.
                # What looks for changes itself does so again.
                [ -n "$record_exit$recheck" ] || [ -z "$record_body" ] || continue
                [ -z "$record_exit" ] ||
                    say "$judge_id was running when the last run ended, and its script failed (status $record_exit); running it again."
                end_leftovers "$k"
                eval "s_$k=todo"
                ;;
            done:*) judge_inputs "$k" ;;
        esac
    done
    observe_keep='' observe_known=''
}

judge_pending() { # pending steps are to do too, if they turn out to be; p_STEP says so, and whether to validate them otherwise
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" = pend ] || continue
        eval "p_$k=1"
        describe "$k"
        case $has in *validate*) ! needed_still "$k" || eval "p_$k=check" ;; esac
    done
    for k in $steps; do
        eval "[ \"\$s_$k\" != pend ] || s_$k=todo"
    done
}

again() { # STEP REASON: it is to run again; its last record is kept to compare the results
    eval "again_id=\${id_$1-$1} s_$1=todo y_$1=\$2"
    [ -z "$dry_run" ] || return 0
    say "$again_id runs again: $2."
    rm -f "$state_dir/$1.failed" "$state_dir/$1.run"
    mv -f "$state_dir/$1.done" "$state_dir/$1.was" 2>/dev/null || :
}

judge_inputs() { # STEP, which is done: is what it was made from as it was?
    describe "$1"
    if [ -n "$recheck" ] && [ -z "$only" ]; then
        eval "s_$1=todo p_$1=recheck"
        return 0
    fi
    read_record "$state_dir/$1.done"
    if [ -z "$record_made" ]; then
        [ -n "$dry_run" ] || adopt_record "$1"
        return 0
    fi
    pending_causes "$1" && return 0 # it is compared once these are done
    unchanged "$1" || again "$1" "$changed"
}

pending_causes() { # STEP: does it read an effect of a step that isn't done?
    eval "pending_list=\${from_$1-}"
    for need in $pending_list; do
        eval "pending_status=\$s_$need"
        case $pending_status in done | skip) ;; *) return 0 ;; esac
    done
    return 1
}

mark_pending() { # a completed step that reads effects of steps to do is pending: it runs again if these make something else
    [ -z "$only" ] || return 0
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" = 'done' ] || continue
        pending_causes "$k" || continue
        describe "$k"
        case $stay:$has in ?*:*sources*) continue ;; esac
        [ "$rerun" = never ] || eval "s_$k=pend"
    done
}

validate_done() { # validates what is done or was in flight; sets judge_more if that made anything todo
    judge_more=''
    set --
    for k in $steps; do
        eval "judge_status=\$s_$k judge_seen=\${v_$k-}"
        [ -z "$judge_seen" ] || continue
        case $judge_status in
            flight) ;;
            done) needed_still "$k" || continue ;;
            *) continue ;;
        esac
        describe "$k"
        case $has in
            *validate*) set -- "$@" "$k" ;;
            *) eval "v_$k=none" ;;
        esac
    done
    [ $# -gt 0 ] || return 0
    judge_more=1
    engine check "$jobs" "$@"
    [ -z "$signalled" ] || return 0
    for k in "$@"; do
        eval "judge_status=\$s_$k judge_seen=\${v_$k-} judge_id=\${id_$k-$k}"
        case $judge_status:$judge_seen in
            *:unrecorded | *:unwritten)
                why_unwritten
                die 3 "Cannot check whether $judge_id is done: $why."
                ;;
            flight:valid)
                clock
                describe "$k"
                read_record "$state_dir/$k.run"
                [ "$record_hash" = "$hash" ] || continue
                result_token "$k"
                if ! { printf 'made %s\nend %s %s valid\n' "$token" "$now" "$now" >>"$state_dir/$k.run"; } 2>/dev/null ||
                    ! durable "$state_dir/$k.run" || ! mv -f "$state_dir/$k.run" "$state_dir/$k.done" || ! durable "$state_dir"; then
                    die 3 "$judge_id is done, but cannot be recorded in $state_dir: is the disk full?"
                fi
                eval "s_$k=done"
                say "$judge_id was running when the last run ended; validation shows that it is done."
                ;;
            done:valid) ;;
            done:*) again "$k" 'it is no longer valid' ;;
        esac
    done
}

check_destroyed() { # a step to do must not need an effect that a completed step has overwritten
    for k in $steps; do
        eval "destroyed_links=\${l_$k-} destroyed_status=\$s_$k destroyed_id=\${id_$k-$k}"
        [ "$destroyed_status" = 'done' ] || continue
        for link in $destroyed_links; do
            consumer=${link%%:*}
            case $consumer in goal | included) continue ;; esac
            eval "consumer_status=\$s_$consumer consumer_id=\${id_$consumer-$consumer}"
            eval "pending=\${p_$consumer-}"
            case $consumer_status:$pending in todo:reload) continue ;; todo:*) ;; *) continue ;; esac
            overwritten "$link" || continue
            eval "destroyer_id=\${id_$destroyer-$destroyer}"
            complain "$consumer_id must run again, but $destroyer_id has since overwritten an effect of $destroyed_id that it needs."
            if write_current_state; then
                quote_word "$goal"
                quoted_goal=$quoted
                quote_word "$base/from-state.json"
                complain "To plan again from the current state, in the manifest's folder: omegagen plan --goal $quoted_goal --from-state $quoted"
            fi
            die 5 "Or run these steps again: ./deploy.sh up --from $destroyed_id"
        done
    done
}

write_current_state() { # writes the current plan variables in the format of omegagen plan --from-state
    # An effect holds while its step is done. What a step made false stays false
    # even if the step must run again; its other effects are unknown then.
    {
        effects
        for k in $steps; do
            eval "world_now=\$s_$k world_was=\${o_$k-} world_action=\${a_$k-$k}"
            case $world_now:$world_was in
                done:*) world_now='done' ;;
                *:done) world_now='was' ;;
                *) continue ;;
            esac
            record_measures=''
            [ ! -f "$state_dir/$k.done" ] || read_record "$state_dir/$k.done"
            printf '>\t%s\t%s\t%s\n' "$world_action" "$world_now" "$record_measures"
        done
    } | LC_ALL=C awk -F '\t' '
        function set(kind, name, how, value, certain) {
            id = kind SUBSEP name
            if (!(id in order)) { order[id] = ++count; ids[count] = id }
            if (how == "empty" || how == "add" || how == "remove") {
                if (!certain) { val[id] = "null"; isset[id] = 0; return }
                if (how == "empty") { gen[id]++; isset[id] = 1; val[id] = ""; elems[id] = ""; return }
                if (!isset[id] && val[id] == "null") return
                isset[id] = 1
                if (!((id, value) in seen)) { seen[id, value] = 1; elems[id] = elems[id] "\t" value }
                has[id, value] = (how == "add") ? gen[id] + 1 : 0
                return
            }
            if (how == "+" || how == "-") {
                if (!certain || val[id] == "null" || val[id] == "") val[id] = "null"
                else val[id] = sprintf("%.15g", how == "+" ? val[id] + value : val[id] - value)
                return
            }
            if (!certain && value == "true") value = "false"
            else if (!certain && kind == "state" && value != "false") value = "null"
            val[id] = value
        }
        $1 == "-" { set($2, $3, $4, $5, 1); next }
        $1 != ">" { n[$1]++; line[$1, n[$1]] = $2 "\t" $3 "\t" $4 "\t" $5; next }
        {
            split("", measured)
            m = split($4, words, " ")
            for (i = 1; i <= m; i++) { at = index(words[i], "="); measured["\"" substr(words[i], 1, at - 1) "\""] = substr(words[i], at + 1) }
            for (i = 1; i <= n[$2]; i++) {
                split(line[$2, i], f, "\t")
                if (f[1] == "state" && f[3] == "=" && f[4] == "null" && (f[2] in measured) && measured[f[2]] !~ /[eE]/) f[4] = sprintf("%.15g", measured[f[2]])
                set(f[1], f[2], f[3], f[4], $3 == "done")
            }
        }
        END {
            for (i = 1; i <= count; i++) {
                id = ids[i]; split(id, p, SUBSEP)
                if (p[1] == "state") {
                    value = val[id]
                    if (isset[id]) {
                        value = ""
                        k = split(substr(elems[id], 2), e, "\t")
                        for (j = 1; j <= k; j++) if (has[id, e[j]] == gen[id] + 1) value = value (value == "" ? "" : ", ") e[j]
                        value = "[" value "]"
                    }
                    if (value != "") states = states (states == "" ? "" : ", ") p[2] ": " value
                }
                else if (val[id] == "true" && p[1] == "fact") facts = facts (facts == "" ? "" : ", ") p[2]
                else if (val[id] == "true") done = done (done == "" ? "" : ", ") p[2]
            }
            printf "{\"state\": {%s}, \"facts\": [%s], \"done\": [%s]}\n", states, facts, done
        }' >"$base/from-state.json"
}

quote_word() { # TEXT: sets quoted to TEXT as one shell word
    case $1 in
        '' | *[!A-Za-z0-9_./:-]*) quoted="'$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")'" ;;
        *) quoted=$1 ;;
    esac
}
