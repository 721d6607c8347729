# ---- the stage: FIFO, ticker and printer

open_stage() {
    [ -z "$stage" ] || return 0
    set +f
    rm -f "$run_dir"/*
    set -f
    true >"$run_dir/screen" || die 3 "Cannot write to $run_dir: is the disk full?"
    mkfifo "$run_dir/events" || die 3 "Cannot create a FIFO in $run_dir: the file system must support FIFOs."
    exec 3<>"$run_dir/events"
    stage=open
    true >"$run_dir/ticking"
    signals_are_events
    (
        trap '' INT TERM HUP
        while [ -e "$run_dir/ticking" ] && kill -0 "$$" 2>/dev/null; do
            echo tick >&3
            sleep 1 3>&-
        done
    ) </dev/null >/dev/null 2>&1 &
    (
        trap '' INT TERM HUP
        trap - PIPE
        print_screen
    ) <"$run_dir/screen" 3>&- &
    printer=$!
}

signals_are_events() { # signals go to the scheduler
    trap 'echo "signal INT 2" >&3' INT
    trap 'echo "signal TERM 15" >&3' TERM
    trap 'echo "signal HUP 1" >&3' HUP
}

signals_end() { # signals end this script: no body is running
    trap 'finish; exit 130' INT
    trap 'finish; exit 143' TERM
    trap 'finish; exit 129' HUP
}

print_screen() { # prints the messages as they are appended, with a live line on a terminal
    part='' live_shown='' live_resized=''
    trap 'live_resized=1' WINCH 2>/dev/null || : # POSIX leaves this signal to the system
    while :; do
        if IFS= read -r line; then
            [ -z "$live_shown" ] || printf '\r\033[K'
            live_shown=''
            printf '%s\n' "$part$line" || return 0
            part=''
            continue
        fi
        part=$part$line
        if [ ! -e "$run_dir/ticking" ]; then
            [ -n "$closing" ] && break # read once more, for the last messages
            closing=1
            continue
        fi
        kill -0 "$$" 2>/dev/null || break
        if [ -n "$live" ]; then
            line=''
            [ ! -e "$run_dir/live" ] || IFS= read -r line 2>/dev/null <"$run_dir/live" || :
            if [ "$line$live_resized" != "$live_shown" ]; then
                live_resized=''
                live_shown=$line
                terminal_width
                # The last column stays free. Without automatic margins, no line wraps that is longer than it seems.
                printf '\r\033[K\033[?7l%s\033[?7h' "$(printf '%s\n' "$line" | fit $((columns - 1)))"
            fi
        fi
        nap
    done
    [ -z "$live_shown" ] || printf '\r\033[K'
}

finish() { # closes the stage and releases the lock; called at every end of the script
    if [ -n "$stage" ]; then
        rm -f "$run_dir/ticking" "$run_dir/live" "$run_dir/events"
        [ -z "$lock" ] || rm -f "$lock"
        lock=''
        stage=''
        wait "$printer" 2>/dev/null
    fi
    [ -z "$lock$other_lock" ] || rm -f ${lock:+"$lock"} ${other_lock:+"$other_lock"}
    lock='' other_lock=''
}
