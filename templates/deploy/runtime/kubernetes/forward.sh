# ---- ports of services
#
# A script that connects to a published port does so at the address that it has on Compose. kubectl forwards it to the pod from the
# first script that needs it until the end of the run; all scripts share it.

forward() { # PORT SERVICE SERVICE-PORT: forwards a port of this machine, unless that is done already
    [ -z "$showing" ] || { printf '    kubectl port-forward service/%s %s:%s\n' "$2" "$1" "$3"; return 0; }
    forward_left=150 forward_dir=$run_dir/forward.$1
    while [ "$forward_left" -gt 0 ]; do
        if mkdir "$forward_dir" 2>/dev/null; then
            forward_until_end "$@" >"$forward_dir/log" 2>&1 </dev/null &
            echo "$!" >"$forward_dir/pid"
        fi
        ! grep -q '^Forwarding from' "$forward_dir/log" 2>/dev/null || ! forward_lives "$1" || return 0
        case $(cat "$forward_dir/log" 2>/dev/null) in
            *'address already in use'*) # not by a forwarding of this run
                echo "The port $1 of this machine is taken, so $2 can't be reached there. Stop what listens on it, or write another \`host\` in the manifest."
                rm -rf "$forward_dir"
                exit 126
                ;;
        esac
        forward_left=$((forward_left - 1))
        nap
        if [ -f "$forward_dir/pid" ] && ! forward_lives "$1"; then # the pod was replaced: one of the scripts starts it again
            [ "$forward_left" -gt 0 ] || break
            read -r forward_pid <"$forward_dir/pid" && mkdir "$forward_dir.$forward_pid" 2>/dev/null && rm -rf "$forward_dir"
        fi
    done
    echo "The port $1 can't be forwarded to $2; kubectl reports: $(cat "$forward_dir/log" 2>/dev/null)"
    exit 126
}

forward_lives() { # PORT
    { read -r forward_pid <"$run_dir/forward.$1/pid"; } 2>/dev/null && kill -0 "$forward_pid" 2>/dev/null
}

forward_until_end() { # PORT SERVICE SERVICE-PORT: forwards while this run lives
    forward_child=''
    trap '' INT HUP
    trap 'kill "$forward_child" 2>/dev/null; exit 0' TERM
    (exec kubectl ${context:+--context "$context"} --namespace "$namespace" port-forward --address 127.0.0.1 "service/$2" "$1:$3") &
    forward_child=$!
    while kill -0 "$main_pid" 2>/dev/null && kill -0 "$forward_child" 2>/dev/null; do nap; done
    kill "$forward_child" 2>/dev/null
}

end_forwards() {
    [ -n "$run_dir" ] || return 0
    set +f
    for forward_file in "$run_dir"/forward.*/pid; do
        [ ! -f "$forward_file" ] || ! read -r forward_pid <"$forward_file" || kill "$forward_pid" 2>/dev/null
    done
    set -f
}
