verify_all() { # checks the containers, then the success criteria; 6 if a check fails
    look_at_services
    services_status=$?
    verify_criteria || return "$?"
    return "$services_status"
}

verify_criteria() { # checks all success criteria; 6 if one is not met
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
        complain 'Some success criteria are not met.'
        return 6
    fi
}

command_verify() {
    check_kit warn
    load_plan
    problems=0 tools_checked=''
    for verify_tool in $criteria_tools; do need_tool "$verify_tool"; done
    [ "$problems" = 0 ] || die 3 'Cannot check the success criteria.'
    [ -n "$criteria$compose_file" ] || { say 'There are no success criteria.'; return 0; }
    make_folders
    take_lock
    verify_all
    verify_status=$?
    [ -n "$criteria" ] || say 'There are no success criteria.'
    [ "$services_count" = 0 ] || [ "$services_bad" != 0 ] || say "All $services_count containers of the plan's services are in the expected state."
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
    [ "$problems" = 0 ] || die 3 'Cannot run the benchmarks.'
    say "Benchmarks ($#), one at a time:"
    rm -f "$state_dir/benchmarks.new"
    done_count=0
    engine bench 1 "$@"
    [ -z "$signalled" ] || return $((128 + signalled))
    mv -f "$state_dir/benchmarks.new" "$state_dir/benchmarks"
    bench_failed=$failed_keys
    write_report
    [ -z "$bench_failed" ] || return 6
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
            eval "plan_fallback=\${f_$k-}"
            printf '],"fallback":%s}' "$([ -n "$plan_fallback" ] && echo true || echo false)"
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
        eval "plan_fallback=\${f_$k-}"
        [ -z "$plan_fallback" ] || printf '%20s fallback: %s\n' '' "${plan_fallback#* * }"
    done
}

command_logs() {
    check_kit warn
    load_plan
    [ -n "$argument" ] || usage_error 'logs requires the name of an action' ''
    find_step "$argument" logs
    [ -f "$log_dir/$found.log" ] || die 5 "$argument has no log yet."
    cat "$log_dir/$found.log"
}

command_report() {
    if [ -n "$as_json" ]; then report_file=$base/reports/report.json; else report_file=$base/reports/report.md; fi
    [ -f "$report_file" ] || die 5 'There is no report yet; ./deploy.sh up writes it.'
    cat "$report_file"
}

confirm() { # QUESTION
    [ -z "$assume_yes" ] || return 0
    [ -t 0 ] || die 2 "$1 There is no terminal for the answer: run with --yes."
    agreed "$1" || die 2 'Nothing was changed.'
}

roll_back() { # runs the rollbacks of all done steps, in reverse order; 1 if one fails
    set --
    for k in $steps; do
        eval "back_status=\$s_$k"
        [ "$back_status" = 'done' ] || continue
        describe "$k"
        case $has in
            *rollback*) set -- "$k" "$@" ;;
            *) [ -z "$verbose" ] || say "$id declares no rollback." ;;
        esac
    done
    [ $# -gt 0 ] || { say 'No completed step declares a rollback.'; return 0; }
    undo_steps "$@"
}

undo_steps() { # STEP…: runs their rollbacks, in this order; 1 if one fails
    back_compose=''
    for k in "$@"; do
        describe "$k"
        case $preflight in *ports*) back_compose=1 ;; esac
    done
    if [ -n "$back_compose" ]; then
        find_compose
        [ -n "$COMPOSE" ] || die 3 'Docker Compose not found in PATH; it is required to remove the containers.'
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
        complain "$position FAILED  rollback of $id ($span_text); log: $log_dir/$1.log"
        blame_disk
    fi
}

command_uninstall() {
    check_kit stop
    load_plan
    if [ -z "$dry_run" ]; then
        confirm 'Roll back all completed steps, the first deployment included?'
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
    [ -n "$COMPOSE" ] || die 3 'Docker Compose not found in PATH.'
    for env_pair in $exposed; do # down reads the file that refers to them, but doesn't use their values
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

forget_services() { # marks the steps that start or await services as not done, with all that need them
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
    say 'Removed the containers; kept volumes, images and secrets.'
}

command_reset() {
    check_kit warn
    load_plan
    if [ -z "$dry_run" ]; then
        reset_also=''
        [ -z "$with_images" ] || reset_also=', and all images that the kit uses, including pulled ones and those that existed before'
        confirm "Remove the containers, networks, VOLUMES WITH THEIR DATA, secrets and state of '$system'$reset_also?"
        make_folders
        take_lock
        survivors
    fi
    [ -z "$compose_file" ] || compose_down --volumes --remove-orphans || die 1 'docker compose down failed.'
    reset_left=''
    forget_images
    [ -z "$with_images" ] || remove_images
    [ -z "$dry_run" ] || { say "rm -r $state_dir $base/secrets $base/releases"; return 0; }
    rm -rf "$state_dir" "$base/secrets" "$base/releases" "$base/rollback" "$base/owner" "$base/before-adoption" || reset_left="$reset_left${reset_left:+, }the files in $base that rm reported"
    if [ -n "$reset_left" ]; then
        complain "Not removed: $reset_left. Fix the causes and rerun ./deploy.sh reset${with_images:+ --images}."
        return 1
    fi
    reset_kept=''
    [ -n "$with_images" ] || [ -z "$(images)" ] || reset_kept='the images, '
    [ -z "$exposed" ] || [ ! -f .env ] || reset_kept="$reset_kept.env, "
    say "Removed everything that this deployment created except ${reset_kept}logs and reports."
}

forget_images() { # removes the tags by which releases keep images; an image with another tag stays
    command -v docker >/dev/null 2>&1 || return 0
    # The kit may no longer have an image that a release has kept.
    forget_list=$({
        release_images
        set +f
        sed -n 's/^image //p' "$base"/releases/*/release 2>/dev/null
    } | LC_ALL=C awk 'NF > 1 && !seen[$1]++ { print $1 }' | while read -r release_repository; do
        docker image ls --format '{{.Repository}}:{{.Tag}}' --filter "reference=$release_repository" 2>/dev/null </dev/null
    done)
    for image in $forget_list; do
        if [ -n "$dry_run" ]; then
            say "docker image rm $image"
        else
            docker image rm "$image" >/dev/null 2>&1 </dev/null || reset_left="$reset_left${reset_left:+, }the image $image"
        fi
    done
}

remove_images() { # removes the kit's images; reports those that docker keeps and adds them to reset_left
    while IFS= read -r image; do
        [ -n "$image" ] || continue
        docker image inspect "$image" >/dev/null 2>&1 </dev/null || continue
        if [ -n "$dry_run" ]; then
            say "docker image rm $image"
        elif image_said=$(docker image rm "$image" 2>&1 </dev/null); then
            say "$image_said"
        else
            complain "Cannot remove the image $image. Docker reports: $image_said"
            reset_left="$reset_left${reset_left:+, }the image $image"
        fi
    done <<IMAGES
$(images)
IMAGES
    # Builds that a newer build has replaced are untagged.
    set -- docker image prune --force --filter "label=omegagen.project=$project"
    if [ -n "$dry_run" ]; then
        say "$*"
    elif ! image_said=$("$@" 2>&1 </dev/null); then
        complain "Cannot remove replaced builds. Docker reports: $image_said"
        reset_left="$reset_left${reset_left:+, }replaced builds"
    fi
}
