# ---- commands

command_up() {
    check_kit stop
    find_cluster
    make_folders
    fetch_state
    check_cluster
    load_plan
    resolve_steps
    if [ -n "$dry_run" ]; then
        dry_run_up
        return 0
    fi
    check_rights
    check_classes
    take_lock
    load_plan
    resolve_steps
    back_to_plan
    check_plan
    check_replaced
    survivors
    copy_parts
    load_state
    release_digests
    leave_out
    earlier_steps
    judge
    [ -z "$signalled" ] || return $((128 + signalled))
    check_destroyed
    select_steps
    set --
    for k in $selected; do set -- "$@" "$k"; done
    take_secrets "$@"
    preflight "$@"
    put "$state_dir/plan" "$runtime_version/$plan_hash $goal" || die 3 'The state cannot be written.'
    own_inventory
    send_system
    for k in $steps; do
        unset "l_$k" # judge has used them
        [ -n "$live" ] || unset "at_$k" # only the live line needs planned times
    done
    clock
    up_began=$now
    run_selected
    durable "$state_dir"
    clock
    span $((now - up_began))
    up_took=$span_text
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
    if [ -n "$only$skip" ]; then
        say "Done ($up_took). Other steps may remain to be done; ./deploy.sh status lists them."
        write_report
        return 0
    fi
    if [ -n "$failed_keys" ]; then
        say "Optional steps failed, but goal '$goal' is reached without them ($up_took)."
        failed_keys=''
    else
        say "All $total steps of goal '$goal' are done ($up_took)."
    fi
    kit_replaced
    verify_all
    verify_status=$?
    if [ "$verify_status" = 0 ]; then
        prune || verify_status=1
        make_release || verify_status=1
    fi
    durable "$state_dir"
    write_report
    say "Report: $base/reports/report.md"
    return "$verify_status"
}

release_digests() { # a rollback deploys the images of the release
    [ -n "$as_release" ] || return 0
    for k in $steps; do
        describe "$k"
        [ -f "$state_dir/$k.digest" ] || continue
        read -r release_ref _ <"$state_dir/$k.digest"
        key=$k
        release_digest "$release_ref" >/dev/null || :
    done
    durable "$state_dir"
}

send_system() { # applies what belongs to no service
    set --
    for send_file in $(files_of -); do
        case $send_file in
            */namespace.yaml) kube apply --server-side --field-manager=omegagen -f "$kit_dir/$send_file" >/dev/null 2>&1 </dev/null || say "The labels of the namespace $namespace cannot be set by this user; they stay as they are." ;;
            *) set -- "$@" "$send_file" ;;
        esac
    done
    [ $# = 0 ] || send_said=$(send "$@" 2>&1) || die 1 "The cluster refused an object; kubectl reports: $send_said"
}

ended_rollback() { # STEP OUTCOME
    describe "$1"
    if [ "$2" = undone ]; then
        undo "$1"
        running_count=0 durable "$state_dir"
        say "$position undone  $id ($span_text)"
    else
        failed_keys="$failed_keys $1"
        halt=failure
        complain "$position FAILED  rollback of $id ($span_text); log: $log_dir/$1.log"
    fi
}

undo_steps() { # STEP…: runs their rollbacks, in this order; 1 if one fails
    failed_before=$failed_keys
    done_count=0
    engine rollback 1 "$@"
    back_failed=$failed_keys
    failed_keys=$failed_before
    [ -z "$signalled" ] || return $((128 + signalled))
    [ -z "$back_failed" ]
}

verify_all() { # checks the workloads, then the success criteria; 6 if a check fails
    start_runner || return 6
    look_at_services
    services_status=$?
    verify_criteria || return "$?"
    return "$services_status"
}

look_at_services() { # are the pods of all services that the plan starts ready? 6 if not
    see_services
    services_bad=0
    while read -r service_workload service_ready service_want; do
        [ -n "$service_workload" ] || continue
        [ "$service_ready" = "$service_want" ] && continue
        services_bad=$((services_bad + 1))
        complain "$service_workload: $service_ready of $service_want pods are ready."
    done <<SERVICES
$services_seen
SERVICES
    [ "$services_bad" = 0 ] || return 6
}

see_services() { # sets services_seen to lines "KIND/NAME READY WANT"
    services_seen=$(objects | while read -r _ see_owner see_kind see_name; do
        case $see_owner:$see_kind in -:* | *-runner:*) continue ;; *:Deployment | *:StatefulSet) ;; *) continue ;; esac
        see_said=$(kube get "$see_kind" "$see_name" --ignore-not-found -o 'go-template={{with .status.readyReplicas}}{{.}}{{else}}0{{end}} {{.spec.replicas}}' 2>/dev/null </dev/null) || see_said='unknown unknown'
        printf '%s %s\n' "$see_kind/$see_name" "${see_said:-0 1}"
    done)
}

command_verify() {
    check_kit warn
    find_cluster
    make_folders
    fetch_state
    check_cluster
    load_plan
    problems=0 tools_checked=''
    for verify_tool in $criteria_tools; do need_tool "$verify_tool"; done
    [ "$problems" = 0 ] || die 3 'Cannot check the success criteria.'
    take_lock
    copy_parts
    verify_all
    verify_status=$?
    [ -n "$criteria" ] || say 'There are no success criteria.'
    durable "$state_dir"
    write_report
    return "$verify_status"
}

command_status() { # compares what is recorded with the cluster: 0 as deployed, 6 something differs, 3 something can't be seen
    find_cluster
    make_folders
    fetch_state
    check_cluster
    load_plan
    load_state
    see_services
    find_releases
    status_code=0 status_todo=0
    for k in $steps; do
        eval "status_is=\$s_$k id=\${id_$k-$k}"
        case $status_is in
            done) status_word='done' ;;
            changed) status_word='todo' ;;
            flight) status_word='begun' ;;
            *) status_word=$status_is ;;
        esac
        [ "$status_word" = 'done' ] || status_todo=$((status_todo + 1)) status_code=6
        [ -n "$as_json" ] || [ "$status_word:$verbose" = 'done:' ] || printf '%-8s %s\n' "$status_word" "$id"
    done
    while read -r service_workload service_ready service_want; do
        [ -n "$service_workload" ] || continue
        case $service_ready in unknown) [ "$status_code" != 0 ] || status_code=3 ;; "$service_want") ;; *) status_code=6 ;; esac
        [ -n "$as_json" ] || printf '%-40s %s of %s pods ready\n' "$service_workload" "$service_ready" "$service_want"
    done <<SERVICES
$services_seen
SERVICES
    if [ -n "$as_json" ]; then
        status_json
    else
        say "$((total - status_todo)) of $total steps of goal '$goal' are done${release_now:+; the last release is $release_now}."
    fi
    return "$status_code"
}

status_json() {
    case $status_code in 0) status_word=deployed ;; 3) status_word=unknown ;; *) status_word=different ;; esac
    json "$goal"
    printf '{"format_version":"1.0","goal":%s,"state":"%s","namespace":"%s","cluster":"%s","release":%s,"steps":[' "$json_text" "$status_word" "$namespace" "$cluster" "${release_now:-null}"
    status_comma=''
    for k in $steps; do
        eval "status_is=\$s_$k id=\${id_$k-$k}"
        json "$id"
        printf '%s{"id":%s,"state":"%s"}' "$status_comma" "$json_text" "$status_is"
        status_comma=,
    done
    printf '],"workloads":['
    status_comma=''
    while read -r service_workload service_ready service_want; do
        [ -n "$service_workload" ] || continue
        case $service_ready in unknown) service_ready=null service_want=null ;; esac
        printf '%s{"name":"%s","ready":%s,"replicas":%s}' "$status_comma" "$service_workload" "$service_ready" "$service_want"
        status_comma=,
    done <<SERVICES
$services_seen
SERVICES
    printf ']}\n'
}

command_down() { # removes what runs; claims with their data, secrets, releases and the namespace stay
    check_kit warn
    find_cluster
    make_folders
    fetch_state
    check_cluster
    load_plan
    down_list=$({
        [ ! -f "$state_dir/inventory" ] || cat "$state_dir/inventory"
        objects | LC_ALL=C awk '{ print $3, $4 }'
    } | LC_ALL=C sort -u | LC_ALL=C awk '$1 != "Namespace" && $1 != "PersistentVolumeClaim" && $1 != "Secret"')
    if [ -n "$dry_run" ]; then
        while read -r down_kind down_name; do say "kubectl delete $down_kind $down_name"; done <<LIST
$down_list
LIST
        return 0
    fi
    take_lock
    survivors
    load_plan
    load_state
    forget_services
    durable "$state_dir"
    mark_unreleased
    while read -r down_kind down_name; do
        [ -n "$down_name" ] || continue
        kube delete "$down_kind" "$down_name" --ignore-not-found </dev/null || die 1 "$down_kind $down_name cannot be removed."
    done <<LIST
$down_list
LIST
    say "Removed what runs in namespace $namespace; kept claims with their data, secrets and releases."
}

command_uninstall() { # runs the rollbacks of completed steps, in reverse order
    check_kit stop
    find_cluster
    make_folders
    fetch_state
    check_cluster
    load_plan
    load_state
    if [ -n "$dry_run" ]; then
        for k in $steps; do
            eval "back_status=\$s_$k"
            describe "$k"
            case $back_status:$has in done:*rollback*) say "$id" ;; esac
        done
        return 0
    fi
    confirm 'Roll back all completed steps, the first deployment included?'
    take_lock
    survivors
    copy_parts
    load_plan
    load_state
    mark_unreleased
    roll_back
    back_status=$?
    durable "$state_dir"
    return "$back_status"
}

# ---- probes
#
# They run in the pod of the runner, so they go through DNS, Services and network policies.

start_runner() { # the pod from which criteria connect to ports
    [ -n "$runner" ] && [ -n "$criteria" ] || return 0
    runner_said=$(send_owner "$runner" 2>&1 && kube rollout status "deployment/$runner" --timeout=300s 2>&1 </dev/null) || {
        complain "The pod of the runner isn't ready, so no port can be probed; kubectl reports: $runner_said"
        return 1
    }
}

in_runner() { # COMMAND…: runs it in the runner's pod, with standard input
    kube exec -i "deployment/$runner" -- "$@"
}

http() { # URL CURL-OPTION…: sends a request; sets http_status and saves the response body
    http_url=$1
    if ! in_runner curl -q -sS -g -m 10 -w '\n%{http_code}' "$@" >"$run_dir/$key.response" </dev/null; then
        observed="$http_url does not respond"
        return 1
    fi
    http_status=$(tail -n 1 "$run_dir/$key.response")
    sed '$d' "$run_dir/$key.response" >"$run_dir/$key.answer"
}

tcp() { # HOST PORT: is a connection accepted?
    tcp_time=$(in_runner curl -q -s -m 2 -o /dev/null -w '%{time_connect}' "telnet://$1:$2" </dev/null)
    compare "${tcp_time:-0}" '>' 0 || { observed="$1:$2 refuses connections"; return 1; }
}

grpc() { # HOST PORT METHOD MESSAGE: sends a message (with its frame, for printf %b); sets grpc_hex
    grpc_at=$1:$2
    grpc_hex=$(printf '%b' "$4" | in_runner curl -q -sS -m 10 --http2-prior-knowledge \
        -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- "http://$1:$2/$3" |
        od -An -v -tx1 | tr -d ' \n')
    [ -n "$grpc_hex" ] || { observed="$grpc_at does not respond to $3"; return 1; }
}

sql() { # POD USER DATABASE PORT FILE: runs the query in a file of deploy/; sets answer
    if ! answer=$(kube exec -i "$1" -- psql -X -q -A -t -v ON_ERROR_STOP=1 -U "$2" -d "$3" -p "$4" -f - <"$parts_dir/$5" 2>&1); then
        observed="the query failed: $answer"
        return 1
    fi
}

containers() { # COUNT STATE HEALTH SERVICE: are that many pods of it running, and ready if the health is asked for?
    containers_list=$(kube get pods -l "app.kubernetes.io/name=$(object_name "$4"),app.kubernetes.io/part-of=$part_of" \
        -o 'go-template={{range .items}}{{.status.phase}} {{range .status.conditions}}{{if eq .type "Ready"}}{{.status}}{{end}}{{end}}
{{end}}' 2>&1 </dev/null) || { observed="kubectl reports: $containers_list"; return 1; }
    containers_have=$(printf '%s\n' "$containers_list" | LC_ALL=C awk -v state="$2" -v health="$3" '
        NF && (state == "" || state == "running" && $1 == "Running" || state == "exited" && $1 == "Succeeded") && (health == "" || (health == "healthy") == ($2 == "True")) { n++ } END { print n + 0 }')
    [ "$containers_have" = "$1" ] || { observed="$containers_have of $1 pods"; return 1; }
}

usage() { :; } # of containers, which the metrics of the cluster have

# ---- what there is on Compose alone

check_stay() { :; }
choose_pulls() { :; }
dry_secret() { :; }
leave_out() { :; }
keep_build() { return 1; }
still_ours() { :; }
work_push() { :; }
ended_push() { :; }

show_edits() { # names each edited file of the kit
    while read -r sum file; do
        [ "$(digest "$file")" = "$sum  $file" ] || say "Accepted as edited: $file"
    done <<SUMS
$kit_sums
SUMS
}
