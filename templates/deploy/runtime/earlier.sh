# ---- what an earlier run left

check_plan() { # the state must be this plan's
    [ -f "$state_dir/plan" ] || return 0
    read -r plan_was plan_goal <"$state_dir/plan" || :
    [ "$plan_was" != "$plan_hash" ] || return 0
    [ -z "$accept_edits" ] || return 0
    complain "What is recorded in $state_dir belongs to another plan (of goal '$plan_goal')."
    die 5 'Run with --accept-edits to keep what is done of it, or ./deploy.sh reset to start anew.'
}

survivors() { # of a run that was killed: waits for its workers, ends bodies that nobody watches
    set +f
    set -- "$state_dir"/*.run
    set -f
    for record in "$@"; do
        [ -f "$record" ] || continue
        read_record "$record"
        [ "$record_boot" = "$boot" ] || continue
        key=${record##*/}
        key=${key%.run}
        if same_process "$record_worker" "$record_worker_start"; then
            say "Waiting for step $key, which an interrupted run left at work (process $record_worker). To end it: kill $record_worker"
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
                    say "Waiting for the end of step $key, which an interrupted run left at work (process $record_body). To end it: $survivor_end"
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

end_leftovers() { # STEP: of an in-flight step that is to run again
    read_record "$state_dir/$1.run"
    if [ "$record_boot" = "$boot" ] && [ -n "$record_body" ]; then
        started "$record_body"
        [ -n "$start_time" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    rm -f "$state_dir/$1.run"
}

needed_still() { # STEP: does an undone step, or the goal, still need one of its effects?
    # A link is CONSUMER, or CONSUMER:STEP,… with the later steps that overwrite the effect.
    eval "set -- \${l_$1-}"
    for link in "$@"; do
        consumer=${link%%:*}
        case $consumer in
            goal) return 0 ;;
            included) continue ;; # that it was done stays true
        esac
        eval "consumer_status=\$s_$consumer"
        [ "$consumer_status" != 'done' ] || continue
        overwritten "$link" || return 0
    done
    return 1
}

overwritten() { # LINK: has a step that was done overwritten the effect? sets destroyer
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

judge() { # decides by validation what is really done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" != 'done' ] || eval "o_$k=done"
    done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        case $judge_status in
            changed) eval "judge_id=\${id_$k-$k}"; say "$judge_id has changed since it was done: it is done again."; undo "$k" ;;
            failed) eval "s_$k=todo" ;;
            flight)
                read_record "$state_dir/$k.run"
                [ -n "$record_exit" ] || continue
                eval "judge_id=\${id_$k-$k}"
                say "$judge_id was in flight when the last run ended, and its body has failed (status $record_exit): it is run again."
                end_leftovers "$k"
                eval "s_$k=todo"
                ;;
        esac
    done
    for k in $redo; do undo "$k"; done # todo already, where a fallback stood in for it
    while :; do
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
        [ $# -gt 0 ] || break
        engine check "$jobs" "$@"
        [ -z "$signalled" ] || return 0
        for k in "$@"; do
            eval "judge_status=\$s_$k judge_seen=\${v_$k-} judge_id=\${id_$k-$k}"
            case $judge_status:$judge_seen in
                *:unrecorded | *:unwritten)
                    why_unwritten
                    die 3 "Whether $judge_id is done cannot be told: $why."
                    ;;
                flight:valid)
                    clock
                    describe "$k"
                    read_record "$state_dir/$k.run"
                    [ "$record_hash" = "$hash" ] || continue
                    if ! { printf 'end %s %s valid\n' "$now" "$now" >>"$state_dir/$k.run"; } 2>/dev/null ||
                        ! durable "$state_dir/$k.run" || ! mv -f "$state_dir/$k.run" "$state_dir/$k.done" || ! durable "$state_dir"; then
                        die 3 "$judge_id is done, but that cannot be recorded in $state_dir: is the disk full?"
                    fi
                    eval "s_$k=done"
                    say "$judge_id was in flight when the last run ended, and is done."
                    ;;
                done:valid) ;;
                done:*)
                    say "$judge_id no longer holds: it and what needs it are done again."
                    undo "$k"
                    ;;
            esac
        done
    done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        if [ "$judge_status" = flight ]; then
            end_leftovers "$k"
            eval "s_$k=todo"
        fi
    done
}

check_destroyed() { # a step to do must not need what a later step, done before, has destroyed
    for k in $steps; do
        eval "destroyed_links=\${l_$k-} destroyed_status=\$s_$k destroyed_id=\${id_$k-$k}"
        [ "$destroyed_status" = 'done' ] || continue
        for link in $destroyed_links; do
            consumer=${link%%:*}
            case $consumer in goal | included) continue ;; esac
            eval "consumer_status=\$s_$consumer consumer_id=\${id_$consumer-$consumer}"
            [ "$consumer_status" = todo ] || continue
            overwritten "$link" || continue
            eval "destroyer_id=\${id_$destroyer-$destroyer}"
            complain "$consumer_id has to be done again, but $destroyer_id has since destroyed what $destroyed_id had made for it."
            if write_world; then
                quote_word "$goal"
                quoted_goal=$quoted
                quote_word "$base/from-state.json"
                complain "Plan anew from what holds, in the manifest's folder: omegagen plan --goal $quoted_goal --from-state $quoted"
            fi
            die 5 "Or make it all again: ./deploy.sh up --from $destroyed_id"
        done
    done
}

write_world() { # writes what holds now as omegagen plan --from-state reads it
    # An effect holds while its step is done. What a step has destroyed stays so
    # even if the step is to be done again; what else that step wrote is unknown.
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

quote_word() { # TEXT: sets quoted to a word for a shell that means TEXT
    case $1 in
        '' | *[!A-Za-z0-9_./:-]*) quoted="'$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")'" ;;
        *) quoted=$1 ;;
    esac
}
