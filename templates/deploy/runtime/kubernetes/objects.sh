# ---- objects
#
# deploy/plan.sh lists them (objects): file, service or -, kind, name. The inventory, a record, has the kinds and
# names of all that was ever sent and not yet removed.

workloads_of() { # SERVICE: sets workloads to KIND/NAME of those that make its pods
    workloads=''
    while read -r _ object_owner object_kind object_name; do
        [ "$object_owner" = "$1" ] || continue
        case $object_kind in Deployment | StatefulSet | Job) workloads="$workloads $object_kind/$object_name" ;; esac
    done <<OBJECTS
$(objects)
OBJECTS
}

files_of() { # OWNER: prints its files, each once
    objects | LC_ALL=C awk -v owner="$1" '$2 == owner && !seen[$1]++ { print $1 }'
}

send() { # FILE…: applies the objects in these files of the kit, server-side, as the field manager omegagen
    [ $# -gt 0 ] || return 0
    if [ -n "$showing" ]; then
        for send_file in "$@"; do printf '    kubectl apply --server-side --field-manager=omegagen -f %s\n' "$send_file"; done
        return 0
    fi
    send_work=$run_dir/${key:-main}.objects
    set +f
    cat "$state_dir"/*.digest >"$send_work.digests" 2>/dev/null
    set -f
    for send_file in "$@"; do
        printf -- '---\n'
        cat "$kit_dir/$send_file" || return 1
    done >"$send_work"
    LC_ALL=C awk '
        FILENAME == ARGV[1] { if ($2 ~ /^sha256:/) digest[$1] = $2; next }
        match($0, /^[ -]*image: /) {
            name = substr($0, RLENGTH + 1)
            gsub(/^["\047]|["\047]$/, "", name)
            if (name in digest) { print substr($0, 1, RLENGTH) name "@" digest[name]; next }
        }
        { print }' "$send_work.digests" "$send_work" >"$send_work.sent" || return 1
    kube apply --server-side --field-manager=omegagen -f "$send_work.sent" </dev/null
}

send_owner() { # OWNER: applies its files; 1 if the cluster refuses one
    set --  "$1" $(files_of "$1")
    shift
    send "$@"
}

apply_service() { # SERVICE
    send_owner "$1" || return 1
    [ -n "$roll_force" ] && [ -z "$showing" ] || return 0
    echo 'A secret was made again: replacing the pods that use it.'
    workloads_of "$1"
    for workload in $workloads; do
        case $workload in Job/*) ;; *) kube rollout restart "$workload" </dev/null || return 1 ;; esac
    done
}

delete_service() { # SERVICE: removes its objects, except claims and what has no pods
    [ -z "$showing" ] || { printf '    kubectl delete … # the objects of service %s; claims stay\n' "$1"; return 0; }
    while read -r _ object_owner object_kind object_name; do
        [ "$object_owner" = "$1" ] || continue
        case $object_kind in PersistentVolumeClaim | Secret | Namespace) continue ;; esac
        kube delete "$object_kind" "$object_name" --ignore-not-found </dev/null || return 1
    done <<OBJECTS
$(objects)
OBJECTS
}

has_started() { # LIFETIME SECONDS SERVICE: are its objects there? With seconds, do its pods run within them?
    workloads_of "$3"
    for workload in $workloads; do
        started_said=$(kube get "$workload" -o name 2>&1 </dev/null) || { echo "$started_said"; return 1; }
    done
    [ "$2" = 0 ] || { [ "$1" = once ] || await healthy "$2" "$3"; }
}

await() { # healthy|completed SECONDS SERVICE: waits for its rollout, or for its Job; 0 seconds: for the Job's own end
    [ -z "$showing" ] || { printf '    kubectl rollout status … # of service %s, up to %s s\n' "$3" "$2"; return 0; }
    workloads_of "$3"
    clock
    await_until=$((now + $2))
    for workload in $workloads; do
        while :; do
            [ ! -e "$run_dir/halted" ] || exit 75
            case $workload in
                Job/*)
                    await_said=$(kube get "$workload" -o 'go-template={{range .status.conditions}}{{if eq .status "True"}}{{.type}} {{end}}{{end}}' 2>&1 </dev/null) || { echo "$await_said"; return 1; }
                    case " $await_said" in
                        *' Complete '*) break ;;
                        *' Failed '*)
                            echo "The Job ${workload#*/} has failed."
                            explain_pods "$3"
                            return 1
                            ;;
                    esac
                    [ "$part" != validate ] || [ "$mode" != check ] || return 1
                    sleep 2
                    ;;
                *)
                    await_wait=5s
                    [ "$mode:$part" != check:validate ] || await_wait=1s
                    await_said=$(kube rollout status "$workload" --timeout=$await_wait 2>&1 </dev/null) && break
                    [ "$mode:$part" != check:validate ] || { echo "$await_said"; return 1; }
                    ;;
            esac
            if pods_stuck "$3"; then
                explain_pods "$3"
                return 1
            fi
            clock
            if [ "$2" != 0 ] && [ "$now" -ge "$await_until" ]; then
                echo "$workload isn't rolled out after $2 s: $await_said"
                explain_pods "$3"
                return 1
            fi
        done
        echo "$workload: ${await_said:-ready}"
    done
}

pods_stuck() { # SERVICE: does a pod of it wait for what won't come? says for what
    stuck_pods=$(kube get pods -l "app.kubernetes.io/name=$(object_name "$1"),app.kubernetes.io/part-of=$part_of" \
        -o 'go-template={{range .items}}{{$pod := .metadata.name}}{{range .status.containerStatuses}}{{if .state.waiting}}{{$pod}} {{.state.waiting.reason}} {{.restartCount}} {{end}}
{{end}}{{end}}' 2>/dev/null </dev/null) || return 1
    while read -r stuck_pod stuck_reason stuck_restarts; do
        case $stuck_reason in
            ImagePullBackOff | InvalidImageName | CreateContainerConfigError | CreateContainerError) ;;
            CrashLoopBackOff) [ "${stuck_restarts:-0}" -ge 3 ] || continue ;;
            *) continue ;;
        esac
        echo "Pod $stuck_pod: $stuck_reason."
        return 0
    done <<PODS
$stuck_pods
PODS
    return 1
}

explain_pods() { # SERVICE: prints the state of its pods, and their last lines
    explain_of="app.kubernetes.io/name=$(object_name "$1"),app.kubernetes.io/part-of=$part_of"
    kube get pods -l "$explain_of" </dev/null 2>&1 || :
    kube logs -l "$explain_of" --tail=10 --prefix </dev/null 2>&1 || :
}

object_name() { # NAME: prints its name in the cluster
    printf '%s' "$1" | LC_ALL=C tr 'A-Z_' 'a-z-' | sed 's/^-*//; s/-*$//'
}

# ---- images

build_image() { # REFERENCE COMMAND…: builds it, pushes it, and records its digest
    build_ref=$1
    shift
    if [ -n "$showing" ]; then
        show_words "$@"
        case "$1 $2" in 'docker buildx') ;; *) show_words docker push "$build_ref" ;; esac
        return 0
    fi
    rm -f "$state_dir/$key.digest"
    if [ -n "$as_release" ]; then
        echo "The release has $build_ref: nothing is built."
        release_digest "$build_ref"
        return "$?"
    fi
    if [ "$1 $2" = 'docker buildx' ]; then
        shift 3
        docker buildx build --metadata-file "$run_dir/$key.pushed" "$@" </dev/null || return 1
        build_digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$run_dir/$key.pushed")
    else
        "$@" </dev/null || return 1
        docker push "$build_ref" </dev/null || return 1
        build_repository=${build_ref%:*}
        case ${build_ref##*/} in *:*) ;; *) build_repository=$build_ref ;; esac
        build_digest=$(docker image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$build_ref" 2>/dev/null </dev/null | sed -n "s|^$build_repository@||p" | head -n 1)
    fi
    case $build_digest in sha256:*) ;; *) echo "docker reports no digest of $build_ref."; return 1 ;; esac
    echo "$build_ref is $build_digest."
    printf '%s %s\n' "$build_ref" "$build_digest" >"$state_dir/$key.digest"
}

resolve_image() { # REFERENCE: records the digest that its tag has now; without docker, or without an answer, the tag stands
    [ -z "$showing" ] || { show_words docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1"; return 0; }
    if [ -n "$as_release" ] && release_digest "$1"; then return 0; fi
    case $1 in *@sha256:*) printf '%s pinned\n' "$1" >"$state_dir/$key.digest"; return 0 ;; esac
    resolve_digest=$(docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$1" 2>&1 </dev/null) || resolve_digest="none: $resolve_digest"
    case $resolve_digest in
        sha256:*) echo "$1 is $resolve_digest." ;;
        *)
            echo "The digest of $1 is unknown here, so the nodes pull what the tag names. docker reports: $resolve_digest"
            resolve_digest=tag
            ;;
    esac
    printf '%s %s\n' "$1" "$resolve_digest" >"$state_dir/$key.digest"
}

image_recorded() { # REFERENCE: does the step's record have its digest?
    [ -z "$showing" ] || return 0
    recorded=''
    [ ! -f "$state_dir/$key.digest" ] || read -r recorded _ <"$state_dir/$key.digest"
    [ "$recorded" = "$1" ] || { echo "No digest of $1 is recorded."; return 1; }
}

show_words() { # WORD…: prints a command
    printf '   '
    for show_word in "$@"; do
        quote_word "$show_word"
        printf ' %s' "$quoted"
    done
    echo
}

observe_digest() { # REFERENCE
    observe_digest=none
    set +f
    for observe_file in "$state_dir"/*.digest; do
        [ -f "$observe_file" ] || continue
        read -r observe_ref observe_said <"$observe_file" || continue
        [ "$observe_ref" != "$1" ] || observe_digest=$observe_said
    done
    set -f
}

observe_workload() { # SERVICE: which objects make its pods, and of which generation
    workloads_of "$1"
    observe_said=''
    for workload in $workloads; do
        observe_one=$(kube get "$workload" --ignore-not-found -o 'jsonpath={.kind}/{.metadata.uid}/{.metadata.generation} ' 2>&1 </dev/null) || { observe_digest=unknown; return 0; }
        observe_said="$observe_said${observe_one:-none }"
    done
    observe_digest=$(printf '%s\n' "$observe_said" | hash_stdin)
    observe_digest=${observe_digest%% *}
}

observe_secret() { # NAME: which object it is, and of which version; never its value
    observe_said=$(kube get secret "$(object_name "$1")" --ignore-not-found -o 'jsonpath={.metadata.uid}/{.metadata.resourceVersion}' 2>&1 </dev/null) || { observe_digest=unknown; return 0; }
    observe_digest=none
    [ -z "$observe_said" ] || { observe_digest=$(printf '%s\n' "$observe_said" | hash_stdin); observe_digest=${observe_digest%% *}; }
}

# ---- the inventory

own_inventory() { # before anything is sent: the inventory also has what this run may send
    {
        [ ! -f "$state_dir/inventory" ] || cat "$state_dir/inventory"
        objects | LC_ALL=C awk '{ print $3, $4 }'
    } | LC_ALL=C sort -u >"$state_dir/inventory.next" && mv -f "$state_dir/inventory.next" "$state_dir/inventory" && durable "$state_dir/inventory" || die 3 'The inventory cannot be written.'
}

prune() { # removes what the kit no longer has, if it is ours; what holds data stays
    [ -f "$state_dir/inventory" ] || return 0
    prune_now=$(objects | LC_ALL=C awk '{ print $3, $4 }') prune_left='' prune_status=0
    while read -r prune_kind prune_name; do
        [ -n "$prune_name" ] || continue
        case "
$prune_now
" in *"
$prune_kind $prune_name
"*) prune_left="$prune_left$prune_kind $prune_name
"; continue ;; esac
        case $prune_kind in
            Namespace | Secret) continue ;;
            PersistentVolumeClaim)
                say "The claim $prune_name, which this kit no longer has, stays with its data. To remove it: kubectl --namespace $namespace delete pvc $prune_name"
                prune_left="$prune_left$prune_kind $prune_name
"
                continue
                ;;
        esac
        prune_is=$(kube get "$prune_kind" "$prune_name" --ignore-not-found -o 'go-template={{index .metadata.labels "app.kubernetes.io/managed-by"}} {{index .metadata.labels "app.kubernetes.io/part-of"}}{{range .metadata.managedFields}} {{.manager}}{{end}} ' 2>&1 </dev/null)
        case $?:$prune_is in
            0:) continue ;; # somebody else has removed it
            0:"omegagen $part_of omegagen "* | 0:"omegagen $part_of "*' omegagen '*)
                if prune_said=$(kube delete "$prune_kind" "$prune_name" --ignore-not-found --wait=false 2>&1 </dev/null); then
                    say "Removed $prune_kind $prune_name, which this kit no longer has."
                    mark_unreleased
                    continue
                fi
                complain "$prune_kind $prune_name cannot be removed; kubectl reports: $prune_said"
                prune_status=1
                ;;
            0:*) say "$prune_kind $prune_name, which this kit no longer has, is no longer only ours, so it stays."; continue ;;
            *) complain "$prune_kind $prune_name cannot be looked at; kubectl reports: $prune_is"; prune_status=1 ;;
        esac
        prune_left="$prune_left$prune_kind $prune_name
"
    done <"$state_dir/inventory"
    printf '%s' "$prune_left" >"$state_dir/inventory.next" && mv -f "$state_dir/inventory.next" "$state_dir/inventory"
    durable "$state_dir/inventory" || return 1
    return "$prune_status"
}
