# ---- processes

process_start() { # STAT: sets start_time from a line of /proc/PID/stat, "" for a zombie
    start_time='' process_field=0
    for process_word in ${1##*) }; do
        process_field=$((process_field + 1))
        case $process_field in
            1) [ "$process_word" != Z ] || return 0 ;;
            20) start_time=$process_word; return 0 ;;
        esac
    done
}

myself() { # sets me (PID) and start_time of this process, also in a subshell
    if [ -r /proc/self/stat ] && read -r me_line </proc/self/stat; then
        me=${me_line%% *}
        process_start "$me_line"
    else
        me=$(exec sh -c 'echo "$PPID"')
        started "$me"
    fi
}

started() { # PID: sets start_time, "" if there is no such process
    start_time=''
    if [ -r /proc/self/stat ]; then
        if { read -r started_line <"/proc/$1/stat"; } 2>/dev/null; then
            process_start "$started_line"
        fi
    else
        start_time=$(LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_')
    fi
}

same_process() { # PID START: is that process alive, and the PID not reused?
    [ -n "$2" ] && kill -0 "$1" 2>/dev/null || return 1
    started "$1"
    [ "$start_time" = "$2" ]
}

find_boot() { # sets boot to an ID that changes with every boot
    if [ -r /proc/sys/kernel/random/boot_id ]; then
        read -r boot </proc/sys/kernel/random/boot_id
    else
        boot=$(sysctl -n kern.boottime 2>/dev/null | tr -cd '0-9')
    fi
}

choose_grouping() { # sets how a body gets its own process group
    if setsid=$(command -v setsid); then
        grouping=setsid # the body has no terminal either, so reading it can't stop it
    elif [ -n "${BASH_VERSION-}" ]; then
        grouping=monitor # set -m; only bash supports it without a terminal
    else
        grouping=tree
    fi
}

descendants() { # PID: prints it and all its descendants
    LC_ALL=C ps -A -o pid=,ppid= 2>/dev/null | awk -v root="$1" '
        { up[$1] = $2 }
        END {
            print root
            for (p in up) {
                q = p
                while ((q in up) && q != root && q > 1) q = up[q]
                if (q == root && p != root) print p
            }
        }'
}

signal_body() { # SIGNAL PID: signals the body's process group, or all its descendants
    if [ "$grouping" != tree ] && kill "-$1" "-$2" 2>/dev/null; then
        return 0
    fi
    for signal_pid in $(descendants "$2"); do
        kill "-$1" "$signal_pid" 2>/dev/null
    done
    return 0
}

body_lives() { # PID: is any process of its group alive?
    if [ "$grouping" != tree ] && kill -0 "-$1" 2>/dev/null; then
        return 0
    fi
    started "$1"
    [ -n "$start_time" ]
}

end_body() { # PID: sends TERM, and KILL after 10 seconds; returns when all its processes have ended
    signal_body TERM "$1"
    end_left=50
    while body_lives "$1"; do
        [ "$end_left" -gt 0 ] || { signal_body KILL "$1"; break; }
        end_left=$((end_left - 1))
        nap
    done
}

nap() { sleep 0.2 2>/dev/null || sleep 1; }
