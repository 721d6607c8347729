# ---- releases
#
# A run of up that changed something and ended well is a release: the ConfigMap omegagen-release-N has the digests,
# goal, time and results, and omegagen-release-N-I, the parts, have the kit's files. It is made after its parts, so
# one that is there is whole.

mark_unreleased() { # notes that the deployment is no longer what the last release was
    [ -z "$release_marked" ] || return 0
    release_marked=1
    stamp
    put "$state_dir/unreleased" "$utc" || :
}

find_releases() { # sets release_list to lines "N TIME GOAL FROM", the oldest first, and release_now to the last one's number
    release_list=$(kube get configmap -l omegagen/record=release -o 'go-template={{range .items}}{{.data.number}} {{.data.time}} {{.data.goal}} {{.data.from}}
{{end}}' 2>&1 </dev/null) || die 3 "The releases cannot be read; kubectl reports: $release_list"
    release_list=$(printf '%s\n' "$release_list" | LC_ALL=C awk 'NF' | LC_ALL=C sort -n)
    release_now=$(printf '%s\n' "$release_list" | LC_ALL=C awk 'NF { last = $1 } END { print last }')
}

make_release() { # records what is deployed, unless nothing has changed since the last release
    find_releases
    if [ ! -f "$state_dir/unreleased" ] && [ -n "$release_now" ]; then
        release_kit=$(kube get configmap "omegagen-release-$release_now" -o 'jsonpath={.data.kit}' 2>/dev/null </dev/null)
        [ "$release_kit" != "$(kit_hash)" ] || return 0
    fi
    release_number=$((${release_now:-0} + 1))
    set --
    while read -r _ file; do set -- "$@" "$file"; done <<SUMS
$kit_sums
SUMS
    release_work=$run_dir/release.$release_number
    { (cd "$kit_dir" && tar -cf - -- "$@" deploy/SHA256SUMS) | gzip -9 | base64 | tr -d '\n' >"$release_work"; } 2>/dev/null && [ -s "$release_work" ] || {
        complain 'The release cannot be packed: tar, gzip and base64 are required.'
        return 1
    }
    release_size=$(wc -c <"$release_work") release_part=0
    while [ $((release_part * 700000)) -lt "$release_size" ]; do
        {
            printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: omegagen-release-%s-%s\n  labels: {app.kubernetes.io/managed-by: omegagen, app.kubernetes.io/part-of: %s, omegagen/record: release-part}\ndata:\n  kit: "' "$release_number" "$release_part" "$part_of"
            tail -c "+$((release_part * 700000 + 1))" "$release_work" | head -c 700000
            printf '"\n'
        } | kube apply --server-side --field-manager=omegagen --force-conflicts -f - >/dev/null 2>&1 || { complain 'The release cannot be recorded: the cluster refused its files.'; return 1; }
        release_part=$((release_part + 1))
    done
    stamp
    set +f
    release_digests=$(cat "$state_dir"/*.digest 2>/dev/null | LC_ALL=C sort -u)
    set -f
    release_from=''
    [ -z "$as_release" ] || release_from="rollback-to-$as_release"
    {
        printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: omegagen-release-%s\n  labels: {app.kubernetes.io/managed-by: omegagen, app.kubernetes.io/part-of: %s, omegagen/record: release}\ndata:\n' "$release_number" "$part_of"
        for release_pair in "number $release_number" "parts $release_part" "time $utc" "kit $(kit_hash)" "cluster $cluster" "runtime $runtime_version" "from ${release_from:--}"; do
            printf '  %s: "%s"\n' "${release_pair%% *}" "${release_pair#* }"
        done
        json "$goal"
        printf '  goal: %s\n' "$json_text"
        json "$release_digests"
        printf '  digests: %s\n' "$json_text"
        json "$(cat "$state_dir/criteria" 2>/dev/null)"
        printf '  criteria: %s\n' "$json_text"
    } | kube apply --server-side --field-manager=omegagen --force-conflicts -f - >/dev/null 2>&1 || { complain 'The release cannot be recorded: the cluster refused it.'; return 1; }
    rm -f "$state_dir/unreleased"
    durable "$state_dir" || return 1
    say "Release $release_number."
    trim_releases
}

kit_hash() { # prints a checksum of the kit's checksums
    kit_hash=$(printf '%s\n' "$kit_sums" | hash_stdin)
    printf %s "${kit_hash%% *}"
}

trim_releases() { # keeps the last ones
    find_releases
    trim_left=$(printf '%s\n' "$release_list" | LC_ALL=C awk 'NF { n++ } END { print n + 0 }')
    while read -r trim_number _; do
        [ "$trim_left" -gt "$keep_releases" ] && [ "$trim_left" -gt 2 ] || break
        trim_left=$((trim_left - 1))
        trim_parts=$(kube get configmap "omegagen-release-$trim_number" -o 'jsonpath={.data.parts}' 2>/dev/null </dev/null) || continue
        kube delete configmap "omegagen-release-$trim_number" --ignore-not-found >/dev/null 2>&1 </dev/null || continue
        trim_part=0
        while [ "$trim_part" -lt "${trim_parts:-0}" ]; do
            kube delete configmap "omegagen-release-$trim_number-$trim_part" --ignore-not-found >/dev/null 2>&1 </dev/null || :
            trim_part=$((trim_part + 1))
        done
    done <<RELEASES
$release_list
RELEASES
}

release_field() { # N FIELD: prints it
    kube get configmap "omegagen-release-$1" -o "jsonpath={.data.$2}" 2>/dev/null </dev/null
}

release_digest() { # REFERENCE: records the digest that the release has
    release_found=$(release_field "$as_release" digests | LC_ALL=C awk -v ref="$1" '$1 == ref { print $2; exit }')
    [ -n "$release_found" ] || { echo "Release $as_release has no digest of $1."; return 1; }
    printf '%s %s\n' "$1" "$release_found" >"$state_dir/$key.digest"
}

fetch_release() { # N FOLDER: unpacks its kit, and checks it
    fetch_parts=$(release_field "$1" parts) || fetch_parts=''
    [ -n "$fetch_parts" ] || die 5 "There is no release $1; ./deploy.sh history lists them."
    mkdir -p "$2" || die 3 "Cannot create the folder $2."
    fetch_part=0
    while [ "$fetch_part" -lt "$fetch_parts" ]; do
        kube get configmap "omegagen-release-$1-$fetch_part" -o 'jsonpath={.data.kit}' 2>/dev/null </dev/null || die 5 "Part $fetch_part of release $1 is missing in the cluster."
        fetch_part=$((fetch_part + 1))
    done >"$2/.packed"
    base64 -d <"$2/.packed" | gzip -d | (cd "$2" && tar -xf -) || die 5 "Release $1 cannot be unpacked."
    rm -f "$2/.packed"
    fetch_sums=$(cat "$2/deploy/SHA256SUMS")
    fetch_hash=$(printf '%s\n' "$fetch_sums" | hash_stdin)
    set --  "$1" "$2"
    [ "${fetch_hash%% *}" = "$(release_field "$1" kit)" ] || die 5 "Release $1 isn't as it was recorded."
}

command_history() {
    find_cluster
    find_releases
    if [ -n "$as_json" ]; then
        printf '{"format_version":"1.0","releases":['
        history_comma=''
        while read -r history_number history_time history_goal history_from; do
            [ -n "$history_number" ] || continue
            json "$history_goal"
            printf '%s{"number":%s,"time":"%s","goal":%s,"from":"%s"}' "$history_comma" "$history_number" "$history_time" "$json_text" "$history_from"
            history_comma=,
        done <<RELEASES
$release_list
RELEASES
        printf ']}\n'
        return 0
    fi
    [ -n "$release_list" ] || { say 'There are no releases yet.'; return 0; }
    while read -r history_number history_time history_goal history_from; do
        case $history_from in - | '') history_from='' ;; esac
        say "$history_number  $history_time  $history_goal${history_from:+  ($history_from)}"
    done <<RELEASES
$release_list
RELEASES
}

command_rollback() { # returns to release N, by default the one before the present state
    find_cluster
    make_folders
    fetch_state
    check_cluster
    find_releases
    back_to=$argument
    if [ -z "$back_to" ]; then
        back_to=$release_now
        [ -f "$state_dir/unreleased" ] || back_to=$(printf '%s\n' "$release_list" | LC_ALL=C awk 'NF { before = last; last = $1 } END { print before }')
    fi
    case $back_to in '' | *[!0-9]*) die 5 'There is no release to return to; ./deploy.sh history lists them.' ;; esac
    back_folder=$base/run/release-$back_to.$$
    run_own="$run_own" back_kit=$back_folder
    fetch_release "$back_to" "$back_folder"
    load_plan
    load_state
    set --
    for k in $steps; do # declared actions that the release doesn't have
        eval "back_status=\$s_$k"
        [ "$back_status" = 'done' ] || continue
        ! LC_ALL=C grep -q -e "^    step $k " -e "^    step $k\$" "$back_folder/deploy/plan.sh" || continue
        describe "$k"
        case $has in *rollback*) set -- "$k" "$@" ;; *) case $id in *.*) ;; *) say "$id declares no rollback: what it did stays." ;; esac ;; esac
    done
    say "Rollback to release $back_to of $(release_field "$back_to" time)."
    for k in "$@"; do describe "$k"; say "  takes back $id"; done
    [ -z "$(databases)" ] || say '  databases keep their schema and data'
    if [ -n "$dry_run" ]; then
        rm -rf "$back_folder"
        return 0
    fi
    confirm "Return to release $back_to?"
    take_lock
    load_plan
    load_state
    put "$state_dir/replaced" "$(kit_hash) $back_to" || die 3 'The rollback cannot be recorded.'
    mark_unreleased
    if [ $# -gt 0 ]; then
        copy_parts
        undo_steps "$@" || { rm -rf "$back_folder"; complain 'The rollback stopped. Fix the cause and rerun it.'; return 1; }
        durable "$state_dir"
    fi
    back_goal=$(release_field "$back_to" goal)
    finish
    set -- --yes --as-release "$back_to" --goal "$back_goal"
    [ -z "$context" ] || set -- "$@" --context "$context"
    OMEGAGEN_BASE=$base sh "$back_folder/deploy.sh" up "$@"
    back_status=$?
    rm -rf "$back_folder"
    return "$back_status"
}

check_replaced() { # a kit that was rolled back isn't deployed again by chance
    [ -z "$as_release" ] && [ -f "$state_dir/replaced" ] || return 0
    read -r replaced_kit replaced_by <"$state_dir/replaced" || :
    if [ "$replaced_kit" = "$(kit_hash)" ]; then
        confirm "This kit was rolled back to release $replaced_by. Deploy it again?"
    fi
    rm -f "$state_dir/replaced"
    durable "$state_dir"
}

earlier_steps() { # sets taken_earlier to the steps that an earlier run has done
    taken_earlier=' '
    for k in $steps; do
        if [ -f "$state_dir/$k.done" ] || [ -f "$state_dir/$k.was" ]; then taken_earlier="$taken_earlier$k "; fi
    done
}

take_back() { # on_failure = "rollback": what this run was the first to do is taken back, in reverse order
    load_plan # a run discards what it no longer needs of the plan
    load_state
    set --
    for k in $steps; do
        eval "back_status=\$s_$k"
        [ "$back_status" = 'done' ] || continue
        case $taken_earlier in *" $k "*) continue ;; esac
        describe "$k"
        case $has in *rollback*) set -- "$k" "$@" ;; esac
    done
    [ $# -gt 0 ] || return 0
    say 'Taking back what this run did.'
    undo_steps "$@"
    durable "$state_dir"
}
