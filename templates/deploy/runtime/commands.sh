verify_all() { # looks at the services, then tries the success criteria; 6 when something isn't as it should be
    look_at_services
    services_status=$?
    verify_criteria || return "$?"
    return "$services_status"
}

verify_criteria() { # tries all success criteria; 6 when one isn't met
    [ -n "$criteria" ] || return 0
    set --
    for k in $criteria; do set -- "$@" "$k"; done
    say "Success criteria ($#):"
    rm -f "$state_dir/criteria.new"
    done_count=0
    engine verify 16 "$@"
    [ -z "$signalled" ] || return $((128 + signalled))
    mv -f "$state_dir/criteria.new" "$state_dir/criteria"
    if [ -n "$failed_keys" ]; then
        failed_keys=''
        complain 'Not all success criteria are met.'
        return 6
    fi
}

command_verify() {
    check_kit warn
    load_plan
    problems=0 tools_checked=''
    for verify_tool in $criteria_tools; do need_tool "$verify_tool"; done
    [ "$problems" = 0 ] || die 3 'The criteria cannot be checked.'
    [ -n "$criteria$compose_file" ] || { say 'There are no success criteria.'; return 0; }
    make_folders
    take_lock
    verify_all
    verify_status=$?
    [ -n "$criteria" ] || say 'There are no success criteria.'
    [ "$services_count" = 0 ] || [ "$services_bad" != 0 ] || say "All $services_count containers of the plan's services are as they should be."
    write_report
    return "$verify_status"
}

command_bench() {
    check_kit warn
    load_plan
    [ -n "$benchmarks" ] || { say 'There are no benchmarks.'; return 0; }
    make_folders
    take_lock
    set --
    for k in $benchmarks; do set -- "$@" "$k"; done
    problems=0 tools_checked=''
    for k in "$@"; do
        describe_benchmark "$k"
        for bench_tool in $tools; do need_tool "$bench_tool"; done
    done
    [ "$problems" = 0 ] || die 3 'The benchmarks cannot be run.'
    say "Benchmarks ($#), one after the other:"
    rm -f "$state_dir/benchmarks.new"
    done_count=0
    engine bench 1 "$@"
    [ -z "$signalled" ] || return $((128 + signalled))
    mv -f "$state_dir/benchmarks.new" "$state_dir/benchmarks"
    bench_failed=$failed_keys
    write_report
    [ -z "$bench_failed" ] || return 6
}

command_status() {
    check_kit warn
    load_plan
    load_state
    highest_lock
    find_boot
    status_holder=''
    if [ "$highest" -gt 0 ]; then
        link_target "$base/lock.$highest"
        holder_rest=${target#*:}
        if [ "${holder_rest#*:}" = "$boot" ] && same_process "${target%%:*}" "${holder_rest%%:*}"; then
            status_holder=${target%%:*}
        fi
    fi
    status_done=0
    [ -z "$as_json" ] || { json "$goal"; printf '{"goal":%s,"running":%s,"steps":[' "$json_text" "${status_holder:-null}"; }
    status_comma=''
    for k in $steps; do
        describe "$k"
        eval "status_word=\$s_$k"
        status_seconds=''
        if [ "$status_word" = 'done' ]; then
            status_done=$((status_done + 1))
            read_record "$state_dir/$k.done"
            status_seconds=$((record_end - record_begin))
        fi
        [ "$status_word" != flight ] || [ -n "$status_holder" ] || status_word=interrupted
        [ "$status_word" != flight ] || status_word=running
        if [ -n "$as_json" ]; then
            json "$id"
            printf '%s{"id":%s,"status":"%s","seconds":%s}' "$status_comma" "$json_text" "$status_word" "${status_seconds:-null}"
            status_comma=,
        else
            span "${status_seconds:-0}"
            printf '%-11s %7s  %s%s\n' "$status_word" "${status_seconds:+$span_text}" "$id" "${title:+  $title}"
        fi
    done
    if [ -n "$as_json" ]; then
        printf '],"done":%d,"total":%d}\n' "$status_done" "$total"
    else
        [ -z "$detour" ] || printf 'The plan is a fallback: another way in place of %s.\n' "$detour_id"
        printf '%d of %d steps of goal %s are done%s.\n' "$status_done" "$total" "'$goal'" \
            "${status_holder:+; process $status_holder is at work}"
    fi
}

command_plan() {
    load_plan
    if [ -n "$as_json" ]; then
        json "$goal"
        printf '{"goal":%s,"steps":[' "$json_text"
        plan_comma=''
        for k in $steps; do
            describe "$k"
            json "$id"
            plan_id=$json_text
            json "$title"
            eval "plan_needs=\${n_$k-}"
            planned "$k"
            printf '%s{"id":%s,"title":%s,"start_seconds":%s,"finish_seconds":%s,"needs":[' \
                "$plan_comma" "$plan_id" "$json_text" "$planned_start" "$planned_finish"
            plan_comma=''
            for plan_need in $plan_needs; do
                eval "plan_id=\${id_$plan_need-$plan_need}"
                json "$plan_id"
                printf '%s%s' "$plan_comma" "$json_text"
                plan_comma=,
            done
            eval "other_way=\${f_$k-}"
            printf '],"fallback":%s}' "$([ -n "$other_way" ] && echo true || echo false)"
            plan_comma=,
        done
        printf ']}\n'
        return 0
    fi
    plan_end
    for k in $steps; do
        describe "$k"
        eval "plan_needs=\${n_$k-}"
        if [ "$plan_end" != 0 ]; then
            planned "$k"
            span "$planned_start"
            plan_text=$span_text
            span "$planned_takes"
            printf '%8s %8s  ' "$plan_text" "$span_text"
        fi
        printf '%s%s\n' "$id" "${title:+  $title}"
        if [ -n "$verbose" ]; then
            for plan_need in $plan_needs; do
                eval "plan_id=\${id_$plan_need-$plan_need}"
                printf '%20s needs %s\n' '' "$plan_id"
            done
            showing=1 part=run key=$k
            "action_$action" run
        fi
        eval "other_way=\${f_$k-}"
        [ -z "$other_way" ] || printf '%20s if it fails, there is another way: %s\n' '' "${other_way#* * }"
    done
}

command_logs() {
    check_kit warn
    load_plan
    [ -n "$argument" ] || usage_error 'logs: which action?' ''
    find_step "$argument" logs
    [ -f "$log_dir/$found.log" ] || die 5 "$argument has no log yet."
    cat "$log_dir/$found.log"
}

command_report() {
    if [ -n "$as_json" ]; then report_file=$base/reports/report.json; else report_file=$base/reports/report.md; fi
    [ -f "$report_file" ] || die 5 'There is no report yet: ./deploy.sh up writes it.'
    cat "$report_file"
}

confirm() { # QUESTION
    [ -z "$assume_yes" ] || return 0
    [ -t 0 ] || die 2 "$1 Without a terminal to ask on, this needs --yes."
    agreed "$1" || die 2 'Nothing has been changed.'
}

roll_back() { # undoes all done steps that have a rollback, in reverse order; 1 when one fails
    back_compose=''
    set --
    for k in $steps; do
        eval "back_status=\$s_$k"
        [ "$back_status" = 'done' ] || continue
        describe "$k"
        case $has in
            *rollback*)
                set -- "$k" "$@"
                case $preflight in *ports*) back_compose=1 ;; esac
                ;;
            *) [ -z "$verbose" ] || say "$id declares no rollback." ;;
        esac
    done
    [ $# -gt 0 ] || { say 'Nothing that is done declares a rollback.'; return 0; }
    if [ -n "$back_compose" ]; then
        find_compose
        [ -n "$COMPOSE" ] || die 3 'Docker Compose is not here, which is to remove the containers.'
    fi
    failed_before=$failed_keys
    done_count=0
    engine rollback 1 "$@"
    back_failed=$failed_keys
    failed_keys=$failed_before
    [ -z "$signalled" ] || return $((128 + signalled))
    [ -z "$back_failed" ]
}

ended_rollback() { # STEP OUTCOME
    describe "$1"
    if [ "$2" = undone ]; then
        undo "$1"
        say "$position undone  $id ($span_text)"
    else
        failed_keys="$failed_keys $1"
        halt=failure
        complain "$position FAILED  rollback of $id ($span_text): its log is $log_dir/$1.log"
        blame_disk
    fi
}

command_rollback() {
    check_kit stop
    load_plan
    if [ -z "$dry_run" ]; then
        confirm 'Roll back everything that is done?'
        make_folders
        take_lock
        survivors
        copy_parts
    fi
    load_state
    if [ -n "$dry_run" ]; then
        showing=1
        set --
        for k in $steps; do
            eval "back_status=\$s_$k"
            [ "$back_status" != 'done' ] || set -- "$k" "$@"
        done
        for k in "$@"; do
            describe "$k"
            case $has in *rollback*) ;; *) continue ;; esac
            part=rollback key=$k
            say "$id"
            "action_$action" rollback
        done
        return 0
    fi
    roll_back
}

compose_down() { # OPTION…: docker compose down, with every profile
    find_compose
    [ -n "$COMPOSE" ] || die 3 'Docker Compose is not here.'
    for env_pair in $exposed; do # down reads the file that needs them, though not their values
        dotenv "${env_pair%%=*}"
        [ -n "$dotenv_found" ] || eval "export ${env_pair%%=*}=none"
    done
    compose_words=$COMPOSE
    for profile in $profiles; do compose_words="$compose_words --profile=$profile"; done
    compose_words="$compose_words down $*"
    if [ -n "$dry_run" ]; then
        say "$compose_words"
        return 0
    fi
    set --
    for compose_word in $compose_words; do set -- "$@" "$compose_word"; done
    "$@" </dev/null
}

forget_services() { # starts, awaits and all that need them are undone
    for k in $steps; do
        describe "$k"
        [ -z "$service" ] || undo "$k"
    done
}

command_down() {
    check_kit warn
    load_plan
    if [ -z "$dry_run" ]; then
        make_folders
        take_lock
        survivors
    fi
    compose_down --remove-orphans || die 1 'docker compose down failed.'
    [ -z "$dry_run" ] || return 0
    load_state
    forget_services
    say 'The containers are removed; volumes, images and secrets are kept.'
}

command_reset() {
    check_kit warn
    load_plan
    if [ -z "$dry_run" ]; then
        reset_also=''
        [ -z "$with_images" ] || reset_also=', and every image that the kit names, those that it pulled or found here included'
        confirm "Remove the containers, networks, VOLUMES WITH THEIR DATA, secrets and state of '$system'$reset_also?"
        make_folders
        take_lock
        survivors
    fi
    [ -z "$compose_file" ] || compose_down --volumes --remove-orphans || die 1 'docker compose down failed.'
    reset_left=''
    [ -z "$with_images" ] || remove_images
    [ -z "$dry_run" ] || { say "rm -r $state_dir $base/secrets"; return 0; }
    rm -rf "$state_dir" "$base/secrets" || reset_left="$reset_left${reset_left:+, }what rm has named in $base"
    if [ -n "$reset_left" ]; then
        complain "Removed, but for: $reset_left. Once the causes are mended, ./deploy.sh reset${with_images:+ --images} removes these too."
        return 1
    fi
    reset_kept=''
    [ -n "$with_images" ] || [ -z "$(images)" ] || reset_kept='the images, '
    [ -z "$exposed" ] || [ ! -f .env ] || reset_kept="$reset_kept.env, "
    say "All that this deployment had made is removed, but for ${reset_kept}logs and reports."
}

remove_images() { # of the kit; adds those that docker keeps to reset_left, and says why
    while IFS= read -r image; do
        [ -n "$image" ] || continue
        docker image inspect "$image" >/dev/null 2>&1 </dev/null || continue
        if [ -n "$dry_run" ]; then
            say "docker image rm $image"
        elif image_said=$(docker image rm "$image" 2>&1 </dev/null); then
            say "$image_said"
        else
            complain "The image $image stays. Docker says: $image_said"
            reset_left="$reset_left${reset_left:+, }the image $image"
        fi
    done <<IMAGES
$(images)
IMAGES
    # Builds that a newer one has replaced have no name any more.
    set -- docker image prune --force --filter "label=omegagen.project=$project"
    if [ -n "$dry_run" ]; then
        say "$*"
    elif ! image_said=$("$@" 2>&1 </dev/null); then
        complain "Replaced builds stay. Docker says: $image_said"
        reset_left="$reset_left${reset_left:+, }replaced builds"
    fi
}
