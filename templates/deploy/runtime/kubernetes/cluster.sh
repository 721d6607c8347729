# ---- the cluster
#
# All that a deployment is, is in its namespace: the Lease "omegagen" is the lock; the ConfigMap "omegagen-state"
# has the records of steps and the inventory of objects; the ConfigMaps "omegagen-release-N" are the releases. The
# folder of records of a run is a copy of omegagen-state, and is written back whenever a record must last
# (durable). Each write requires that the state's key "holder" is this run: one that has lost the lock changes
# nothing any more.

kube() { # ARGUMENT…: kubectl, for the cluster and the namespace of the kit
    kubectl ${context:+--context "$context"} --namespace "$namespace" "$@"
}

find_cluster() { # sets cluster to the UID of its namespace kube-system, or ends with 3
    command -v kubectl >/dev/null 2>&1 || die 3 "'kubectl' not found in PATH. Install it."
    context=${context_wanted:-$kit_context}
    case $context in *[!A-Za-z0-9_.:/@-]*) die 2 "The context '$context' has characters that scripts of the kit could not pass on. Rename it: kubectl config rename-context." ;; esac
    cluster=$(kube get namespace kube-system -o 'jsonpath={.metadata.uid}' 2>&1 </dev/null) ||
        die 3 "The cluster${context:+ of context $context} does not respond; kubectl reports: $cluster"
    KUBECTL="kubectl ${context:+--context $context }--namespace $namespace"
    export KUBECTL
}

check_cluster() { # is it the cluster of this deployment? The first deployment must name it.
    cluster_was=''
    [ ! -f "$state_dir/cluster" ] || read -r cluster_was <"$state_dir/cluster" || :
    case $cluster_was in
        "$cluster") ;;
        '')
            [ -n "$context" ] || case $command in up | build) ;; *) false ;; esac || return 0
            [ -n "$context" ] || die 3 "Nothing is deployed in namespace $namespace of the cluster of kubectl's current context ($(kubectl config current-context 2>/dev/null)). Name the cluster of the first deployment: ./deploy.sh --context CONTEXT, or context = \"…\" in target \"kubernetes\"."
            ;;
        *) die 5 "The state in namespace $namespace was recorded in another cluster ($cluster_was); this one is $cluster. A copy of a deployment isn't that deployment." ;;
    esac
}

# ---- records

fetch_state() { # copies the records from the cluster to state_dir; 3 if that can't be read
    rm -rf "$state_dir" "$written_dir"
    mkdir -p "$state_dir" "$written_dir" || die 3 "Cannot create the folder $state_dir: is the disk full?"
    fetched=$(kube get configmap omegagen-state --ignore-not-found -o 'go-template={{range $name, $value := .data}}{{if ne $name "holder"}}{{printf "=== %s\n%s" $name $value}}{{end}}{{end}}' 2>&1 </dev/null) ||
        die 3 "The state cannot be read; kubectl reports: $fetched"
    printf '%s\n' "$fetched" | LC_ALL=C awk -v to="$state_dir/" -v copy="$written_dir/" '
        /^=== [A-Za-z0-9_.-]+$/ { name = $2; printf "" >(to name); printf "" >(copy name); next }
        name != "" { print >(to name); print >(copy name) }'
}

durable() { # FILE|FOLDER…: what belongs to the records is written to the cluster
    for durable_path in "$@"; do
        case $durable_path in
            *.new) ;;
            "$state_dir" | "$state_dir"/*)
                write_state
                return "$?"
                ;;
        esac
    done
}

write_state() { # writes to the cluster what differs there: of a worker its step's records, otherwise all that no worker writes
    write_ops='' write_names=''
    if [ -n "$in_worker" ]; then
        for write_kind in run done was failed digest; do write_names="$write_names $in_worker.$write_kind"; done
    else
        set +f
        for write_file in "$state_dir"/* "$written_dir"/*; do
            write_name=${write_file##*/}
            case $write_name in
                '*' | *.new | probe) continue ;;
                *.run | *.done | *.was | *.failed | *.digest) [ "${running_count:-0}" = 0 ] || continue ;;
            esac
            case " $write_names " in *" $write_name "*) ;; *) write_names="$write_names $write_name" ;; esac
        done
        set -f
    fi
    for write_name in $write_names; do
        if [ -f "$state_dir/$write_name" ]; then
            cmp -s "$state_dir/$write_name" "$written_dir/$write_name" && continue
            write_text=$(cat "$state_dir/$write_name" && echo .) || return 1
            json "${write_text%.}"
            write_ops="$write_ops,
{\"op\":\"add\",\"path\":\"/data/$write_name\",\"value\":$json_text}"
        elif [ -f "$written_dir/$write_name" ]; then
            write_ops="$write_ops,
{\"op\":\"add\",\"path\":\"/data/$write_name\",\"value\":\"\"},
{\"op\":\"remove\",\"path\":\"/data/$write_name\"}"
        fi
    done
    [ -n "$write_ops" ] || return 0
    json "$holder"
    write_patch=$run_dir/patch.${in_worker:-main}
    printf '[{"op":"test","path":"/data/holder","value":%s}%s]\n' "$json_text" "$write_ops" >"$write_patch" || return 1
    write_tries=0
    while ! write_said=$(kube patch configmap omegagen-state --type=json --patch-file "$write_patch" 2>&1 </dev/null); do
        write_tries=$((write_tries + 1))
        case $write_tries:$write_said in
            3:* | *:*'testing value'* | *:*'the server rejected our request'* | *:*NotFound*)
                echo "deploy.sh: The state cannot be written; kubectl reports: $write_said" >&2
                return 1
                ;;
        esac
        sleep 1
    done
    for write_name in $write_names; do
        if [ -f "$state_dir/$write_name" ]; then
            cp "$state_dir/$write_name" "$written_dir/$write_name"
        else
            rm -f "$written_dir/$write_name"
        fi
    done
}

claim() { # notes that a worker begins with a step; reload_prepare writes it
    myself
    in_worker=$key
    printf 'step %s\naction %s %s\nplan %s\nworker %s %s %s\n' "$id" "$hash" "$runs" "$plan_hash" "$me" "$start_time" "$boot" 2>/dev/null >"$record" || {
        outcome=unrecorded
        return 1
    }
}

reload_prepare() { # the record is in the cluster before the script starts
    write_state || end_unrecorded
}

end_unrecorded() { # ends a worker that can't record its step: the lock is lost, or the cluster doesn't respond
    echo "end $key unrecorded 0" >&3
    exit 0
}

reload_kept() { :; }
work_reload() { :; }
judge_reloads() { :; }

why_unwritten() { # sets why: the reason why a record can't be written
    why="the cluster refused the record, or this run no longer has the lock: the log says which"
}

make_folders() {
    umask 077
    for folder in "$base" "$log_dir" "$run_dir" "$state_dir" "$base/reports"; do
        [ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null || die 3 "Cannot create the folder $folder: give this user write permission for $kit_dir, or free disk space."
    done
}

# ---- the lock

holds() { # sets lease_holder and lease_renewed; 1 if there is no Lease
    lease_said=$(kube get lease omegagen --ignore-not-found -o 'go-template={{.spec.holderIdentity}}|{{.spec.renewTime}}' 2>&1 </dev/null) ||
        die 3 "The lock cannot be read; kubectl reports: $lease_said"
    [ -n "$lease_said" ] || return 1
    lease_holder=${lease_said%%|*} lease_renewed=${lease_said#*|}
    case $lease_holder in '<no value>' | '<nil>') lease_holder='' ;; esac
}

take_lock() { # takes the Lease, or ends with 4
    find_boot
    myself
    main_pid=$me
    holder="$(uname -n):$me:$start_time:$boot"
    make_namespace
    lease_tries=0
    while :; do
        lease_tries=$((lease_tries + 1))
        [ "$lease_tries" -lt 10 ] || die 3 'The lock cannot be taken: the Lease changes at each attempt.'
        stamp
        if ! holds; then
            lease_said=$(kube create -f - 2>&1 <<LEASE
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata:
  name: omegagen
  labels: {app.kubernetes.io/managed-by: omegagen, app.kubernetes.io/part-of: $part_of}
spec: {holderIdentity: "$holder", leaseDurationSeconds: $lease_seconds, renewTime: "${utc%Z}.000000Z"}
LEASE
            ) && break
            case $lease_said in *AlreadyExists*) continue ;; esac
            die 3 "The lock cannot be taken; kubectl reports: $lease_said"
        fi
        [ -z "$lease_holder" ] || another_run
        json "$lease_holder"
        lease_was=$json_text
        kube patch lease omegagen --type=json -p "[{\"op\":\"test\",\"path\":\"/spec/holderIdentity\",\"value\":$lease_was},{\"op\":\"replace\",\"path\":\"/spec/holderIdentity\",\"value\":\"$holder\"},{\"op\":\"add\",\"path\":\"/spec/renewTime\",\"value\":\"${utc%Z}.000000Z\"}]" >/dev/null 2>&1 </dev/null && break
    done
    lock=lease
    beat &
    beat_pid=$!
    own_state
    fetch_state
    check_cluster
    [ -n "$cluster_was" ] || put "$state_dir/cluster" "$cluster" || die 3 'The state cannot be written.'
}

another_run() { # waits until it is certain that the holder of the Lease is gone, or ends with 4
    another_host=${lease_holder%%:*} another_rest=${lease_holder#*:}
    another_pid=${another_rest%%:*} another_rest=${another_rest#*:}
    if [ "${another_rest#*:}" = "$boot" ]; then
        same_process "$another_pid" "${another_rest%%:*}" || return 0 # a killed run of this machine
        die 4 "Another deploy.sh (PID $another_pid) is running. Wait for it, or stop it: kill $another_pid"
    fi
    # Clocks of two machines may differ, so only a renewal that doesn't come shows that the other one has ended.
    another_seen=$lease_renewed another_was=$lease_holder another_left=$lease_seconds
    complain "The lock is held by deploy.sh on $another_host (PID $another_pid); looking for $lease_seconds s whether it still runs."
    while [ "$another_left" -gt 0 ]; do
        sleep 2
        another_left=$((another_left - 2))
        holds || return 0
        [ -n "$lease_holder" ] || return 0
        [ "$lease_holder|$lease_renewed" = "$another_was|$another_seen" ] ||
            die 4 "Another deploy.sh is running on $another_host (PID $another_pid). Wait for it."
    done
    complain "It hasn't renewed the lock for $lease_seconds s: taking it over."
}

beat() { # renews the Lease while this run, or a script that it has started, lives; ends the run if that fails for too long
    trap '' INT HUP
    trap 'exit 0' TERM
    clock
    beat_last=$now
    while sleep $((lease_seconds / 4)); do
        started "$main_pid"
        [ -n "$start_time" ] || bodies_live || exit 0
        stamp
        if beat_said=$(kube patch lease omegagen --type=json -p "[{\"op\":\"test\",\"path\":\"/spec/holderIdentity\",\"value\":\"$holder\"},{\"op\":\"replace\",\"path\":\"/spec/renewTime\",\"value\":\"${utc%Z}.000000Z\"}]" 2>&1 </dev/null); then
            beat_last=$now
            continue
        fi
        case $beat_said in *'testing value'* | *'the server rejected our request'*) ;; *) [ $((now - beat_last)) -ge $((lease_seconds * 2 / 3)) ] || continue ;; esac
        echo "deploy.sh: The lock is lost; kubectl reports: $beat_said" >&2
        kill -TERM "$main_pid" 2>/dev/null
        exit 0
    done
}

bodies_live() { # does a script that this run has started still run?
    set +f
    for beat_record in "$state_dir"/*.run; do
        [ -f "$beat_record" ] || continue
        read_record "$beat_record"
        [ -z "$record_body" ] || ! same_process "$record_body" "$record_body_start" || { set -f; return 0; }
    done
    set -f
    return 1
}

own_state() { # makes the state this run's: from now on no other run can write it
    own_tries=0
    while :; do
        kube patch configmap omegagen-state --type=merge -p "{\"data\":{\"holder\":\"$holder\"}}" >/dev/null 2>&1 </dev/null && return 0
        own_said=$(kube create -f - 2>&1 <<STATE
apiVersion: v1
kind: ConfigMap
metadata:
  name: omegagen-state
  labels: {app.kubernetes.io/managed-by: omegagen, app.kubernetes.io/part-of: $part_of, omegagen/record: state}
data: {holder: "$holder"}
STATE
        ) && return 0
        own_tries=$((own_tries + 1))
        [ "$own_tries" -lt 3 ] || die 3 "The state cannot be made; kubectl reports: $own_said"
    done
}

make_namespace() { # the namespace that the kit describes, unless it exists
    kube get namespace "$namespace" -o name >/dev/null 2>&1 </dev/null && return 0
    namespace_said=$(kubectl ${context:+--context "$context"} create -f "$kit_dir/kubernetes/base/namespace.yaml" 2>&1 </dev/null) || case $namespace_said in
        *AlreadyExists*) ;;
        *) die 3 "The namespace $namespace cannot be made; kubectl reports: $namespace_said" ;;
    esac
}

finish() { # closes the stage and releases the lock; called at every end of the script
    if [ -n "$stage" ]; then
        rm -f "$run_dir/ticking" "$run_dir/live" "$run_dir/events"
        stage=''
        wait "$printer" 2>/dev/null
    fi
    if [ -n "$lock" ]; then
        lock=''
        kill "$beat_pid" 2>/dev/null
        kube patch lease omegagen --type=json -p "[{\"op\":\"test\",\"path\":\"/spec/holderIdentity\",\"value\":\"$holder\"},{\"op\":\"replace\",\"path\":\"/spec/holderIdentity\",\"value\":\"\"}]" >/dev/null 2>&1 </dev/null
    fi
    end_forwards
    [ -z "$run_own" ] || rm -rf "$run_own"
    run_own=''
}
