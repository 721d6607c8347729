# ---- the stage: FIFO, ticker and printer

open_stage() {
    [ -z "$stage" ] || return 0
    set +f
    rm -f "$run_dir"/*
    set -f
    true >"$run_dir/screen" || die 3 "Nothing can be written in $run_dir: is the disk full?"
    mkfifo "$run_dir/events" || die 3 "A FIFO cannot be made in $run_dir: the file system must know them."
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

signals_are_events() { # while there is a scheduler to read them
    trap 'echo "signal INT 2" >&3' INT
    trap 'echo "signal TERM 15" >&3' TERM
    trap 'echo "signal HUP 1" >&3' HUP
}

signals_end() { # while nothing runs that had to be ended first
    trap 'finish; exit 130' INT
    trap 'finish; exit 143' TERM
    trap 'finish; exit 129' HUP
}

print_screen() { # follows the file of what the reader sees, with a live line on a terminal
    part='' live_shown=''
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
            [ -n "$closing" ] && break # once more, for what came before the end
            closing=1
            continue
        fi
        kill -0 "$$" 2>/dev/null || break
        if [ -n "$live" ]; then
            line=''
            [ ! -e "$run_dir/live" ] || IFS= read -r line 2>/dev/null <"$run_dir/live" || :
            [ "$line" = "$live_shown" ] || printf '\r\033[K%s' "$line"
            live_shown=$line
        fi
        nap
    done
    [ -z "$live_shown" ] || printf '\r\033[K'
}

finish() { # ends the stage and gives the lock back; the script's end, whatever happened
    if [ -n "$stage" ]; then
        rm -f "$run_dir/ticking" "$run_dir/live" "$run_dir/events"
        [ -z "$lock" ] || rm -f "$lock"
        lock=''
        stage=''
        wait "$printer" 2>/dev/null
    fi
    [ -z "$lock" ] || rm -f "$lock"
    lock=''
}
