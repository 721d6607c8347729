# ---- runtime ---------------------------------------------------------------
# From here on the script is the same in every kit.
#
# How it runs. `up` starts a worker (a background subshell) for each step as
# soon as all its needs are done. The worker runs the step's text in a process
# group of its own, with its log file as output, then validates and records it,
# and writes one line to a FIFO. The scheduler (this process) reads that FIFO;
# signal handlers and a ticker write to it as well, so that everything that
# happens is one line there. What the reader sees is appended to a file that a
# printer follows: a blocked terminal never stalls a deployment.
#
# What it keeps, in .omegagen beside this script:
#   state/KEY.run     step KEY is in flight: its worker and body, with start times;
#                     a body that fails adds its status, whether or not its worker lives
#   state/KEY.done    step KEY is done: renamed from KEY.run once that was synced
#   state/KEY.failed  step KEY failed
#   state/plan        the plan that the state belongs to, and its goal
#   state/fallback    the plan and the step of it whose fallback was taken
#   logs/  secrets/  reports/  run/ (of the present run)  lock.N (a symlink)
#   durations         how long steps took, for the next run's live view

# ---- words

say() { # TEXT: one line for the reader
    if [ -n "$stage" ]; then
        { printf '%s\n' "$1" >>"$run_dir/screen"; } 2>/dev/null || printf '%s\n' "$1" # on a full disk
    else
        printf '%s\n' "$1"
    fi
}

complain() { # TEXT: one line about what is wrong
    if [ -n "$stage" ]; then
        { printf '%s%s%s\n' "$c_bad" "$1" "$c_off" >>"$run_dir/screen"; } 2>/dev/null || printf '%s\n' "$1" >&2
    else
        printf 'deploy.sh: %s\n' "$1" >&2
    fi
}

die() { # STATUS TEXT
    complain "$2"
    finish
    exit "$1"
}

span() { # SECONDS: sets span_text to 1h02m, 3m05s or 12s
    if [ "$1" -ge 3600 ]; then
        span_text="$(($1 / 3600))h$(($1 % 3600 / 60))m"
    elif [ "$1" -ge 60 ]; then
        span_text="$(($1 / 60))m$(($1 % 60))s"
    else
        span_text="${1}s"
    fi
}

find_clock() { # finds how clock can tell the time without starting a process
    clock_zero=''
    { read -r clock_up _ </proc/uptime; } 2>/dev/null || return 0
    clock_zero=$(($(date +%s) - ${clock_up%%.*}))
}

clock() { # sets now, in seconds since 1970
    if [ -n "$clock_zero" ]; then
        read -r clock_up _ </proc/uptime
        now=$((clock_zero + ${clock_up%%.*}))
    else
        now=$(date +%s)
    fi
}

stamp() { # sets now, and utc to how it is written
    clock
    if [ "$clock_day" != $((now / 86400)) ]; then
        clock_day=$((now / 86400))
        # Days are counted from 1 March 2000, so that a leap day is a year's last.
        era_day=$((clock_day - 11017))
        era_year=$(((era_day - era_day / 1460 + era_day / 36524 - era_day / 146096) / 365))
        year_day=$((era_day - 365 * era_year - era_year / 4 + era_year / 100))
        month=$(((5 * year_day + 2) / 153))
        day=$((100 + year_day - (153 * month + 2) / 5 + 1))
        year=$((2000 + era_year + month / 10))
        month=$((100 + (month + 2) % 12 + 1))
        clock_date=$year-${month#1}-${day#1}
    fi
    hour=$((100 + now / 3600 % 24)) minute=$((100 + now / 60 % 60)) second=$((100 + now % 60))
    utc=${clock_date}T${hour#1}:${minute#1}:${second#1}Z
}

json() { # TEXT: sets json_text to TEXT as a JSON string
    case $1 in
        *[!A-Za-z0-9\ .:,_/#+-]*)
            json_text=\"$(json_in=$1 LC_ALL=C awk 'BEGIN {
                s = ENVIRON["json_in"]; n = length(s)
                for (i = 1; i < 32; i++) code[sprintf("%c", i)] = sprintf("\\u%04x", i)
                code["\\"] = "\\\\"; code["\""] = "\\\""
                for (i = 1; i <= n; i++) {
                    c = substr(s, i, 1)
                    printf "%s", (c in code) ? code[c] : c
                }
            }')\" ;;
        *) json_text=\"$1\" ;;
    esac
}

nearest() { # WORD CANDIDATE…: sets nearest_word to the one most like WORD, if any is
    nearest_word=$(printf '%s\n' "$@" | LC_ALL=C awk '
        NR == 1 { word = $0; next }
        {
            n = length(word); m = length($0)
            for (j = 0; j <= m; j++) d[0, j] = j
            for (i = 1; i <= n; i++) {
                d[i, 0] = i
                for (j = 1; j <= m; j++) {
                    best = d[i-1, j-1] + (substr(word, i, 1) != substr($0, j, 1))
                    if (d[i-1, j] + 1 < best) best = d[i-1, j] + 1
                    if (d[i, j-1] + 1 < best) best = d[i, j-1] + 1
                    d[i, j] = best
                }
            }
            if (d[n, m] * 2 <= n && (found == "" || d[n, m] < least)) { least = d[n, m]; found = $0 }
        }
        END { print found }')
}

usage_error() { # TEXT WORD CANDIDATE…: what was wrong, and what was meant
    usage_text=$1
    shift
    nearest "$@"
    [ -z "$nearest_word" ] || usage_text="$usage_text; did you mean '$nearest_word'?"
    complain "$usage_text"
    complain "./deploy.sh --help lists the commands and options."
    exit 2
}

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

myself() { # sets me and start_time of this very process, also in a subshell
    if [ -r /proc/self/stat ] && read -r me_line </proc/self/stat; then
        me=${me_line%% *}
        process_start "$me_line"
    else
        me=$(exec sh -c 'echo "$PPID"')
        started "$me"
    fi
}

started() { # PID: sets start_time, "" when there is no such process
    start_time=''
    if [ -r /proc/self/stat ]; then
        if { read -r started_line <"/proc/$1/stat"; } 2>/dev/null; then
            process_start "$started_line"
        fi
    else
        start_time=$(LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_')
    fi
}

same_process() { # PID START: is that process, and not another with its number, alive?
    [ -n "$2" ] && kill -0 "$1" 2>/dev/null || return 1
    started "$1"
    [ "$start_time" = "$2" ]
}

find_boot() { # sets boot to what changes when the machine starts anew
    if [ -r /proc/sys/kernel/random/boot_id ]; then
        read -r boot </proc/sys/kernel/random/boot_id
    else
        boot=$(sysctl -n kern.boottime 2>/dev/null | tr -cd '0-9')
    fi
}

choose_grouping() { # how a body gets a process group of its own
    if setsid=$(command -v setsid); then
        grouping=setsid # the body has no terminal either, so nothing can stop on reading it
    elif [ -n "${BASH_VERSION-}" ]; then
        grouping=monitor # set -m, which works without a terminal in bash alone
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

signal_body() { # SIGNAL PID: signals the body's whole group, or all its descendants
    if [ "$grouping" != tree ] && kill "-$1" "-$2" 2>/dev/null; then
        return 0
    fi
    for signal_pid in $(descendants "$2"); do
        kill "-$1" "$signal_pid" 2>/dev/null
    done
    return 0
}

body_lives() { # PID: does any process of its group live?
    if [ "$grouping" != tree ] && kill -0 "-$1" 2>/dev/null; then
        return 0
    fi
    started "$1"
    [ -n "$start_time" ]
}

end_body() { # PID: TERM, then KILL after 10 seconds; returns when all of it has ended
    signal_body TERM "$1"
    end_left=50
    while body_lives "$1"; do
        [ "$end_left" -gt 0 ] || { signal_body KILL "$1"; break; }
        end_left=$((end_left - 1))
        nap
    done
}

nap() { sleep 0.2 2>/dev/null || sleep 1; }

# ---- files

durable() { # FILE|FOLDER…: what was written there reaches the disk
    sync "$@" 2>/dev/null || sync
}

put() { # FILE LINE: writes a file such that it is there whole or not at all, whenever the power goes
    { printf '%s\n' "$2" >"$1.new"; } 2>/dev/null && durable "$1.new" && mv -f "$1.new" "$1" && durable "${1%/*}"
}

make_folders() {
    umask 077
    for folder in "$base" "$state_dir" "$log_dir" "$run_dir" "$base/secrets" "$base/reports"; do
        [ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null ||
            die 3 "The folder $folder cannot be made: give this user the right to write in $kit_dir, or free disk space."
    done
    can_write || die 3 "Nothing can be written in $state_dir: is it read-only, or the disk full?"
}

can_write() { # is there room for a small file?
    can_write=1
    { printf '%02000d\n' 0 >"$state_dir/probe"; } 2>/dev/null || can_write=''
    rm -f "$state_dir/probe"
    [ -n "$can_write" ]
}

why_unwritten() { # sets why: what keeps this script from writing in its folder
    disk_space "$base"
    if [ ! -d "$state_dir" ]; then
        why="the folder $state_dir is gone"
    elif [ "${disk_free:-8}" -lt 8 ]; then
        why="the disk is full ($disk_free KB are free in $base)"
    elif can_write; then
        why="the disk was full, or out of order, and no longer is${disk_free:+ ($disk_free KB are free in $base)}"
    else
        why="nothing can be written in $state_dir: is it read-only, or its disk's quota or number of files used up?"
    fi
}

disk_space() { # FOLDER: sets disk_free to the KB that are free there, '' when that cannot be told
    disk_free=$(df -P -k "$1" 2>/dev/null | LC_ALL=C awk 'NR == 2 { print $4 }')
    case $disk_free in *[!0-9]*) disk_free='' ;; esac
}

blame_disk() { # says so when what has failed may have done so because nothing can be written
    can_write && return 0
    why_unwritten
    complain "Just now $why, which may be the cause."
}

link_target() { # LINK: sets target to where a symlink points
    target=$(readlink "$1" 2>/dev/null) || {
        target=$(LC_ALL=C ls -ld "$1" 2>/dev/null)
        target=${target##* -> }
    }
}

highest_lock() { # sets highest to the number of the newest lock, 0 when there is none
    highest=0
    set +f
    for lock_path in "$base"/lock.*; do
        [ -L "$lock_path" ] || continue
        lock_number=${lock_path##*.}
        case $lock_number in *[!0-9]*) continue ;; esac
        [ "$lock_number" -le "$highest" ] || highest=$lock_number
    done
    set -f
}

take_lock() { # of two runs at once, the second ends here
    # A lock is a symlink, so that its creation and its content are one step. A
    # stale one is never removed first: its successor has the next number.
    find_boot
    lock_tries=0
    while :; do
        highest_lock
        if [ "$highest" -gt 0 ]; then
            link_target "$base/lock.$highest"
            holder=${target%%:*}
            holder_rest=${target#*:}
            if [ "${holder_rest#*:}" = "$boot" ] && same_process "$holder" "${holder_rest%%:*}"; then
                die 4 "Another run (process $holder) is at work in $kit_dir. Wait for it, or end it with: kill $holder"
            fi
        fi
        myself
        mine=$((highest + 1))
        if ! ln -s "$me:$start_time:$boot" "$base/lock.$mine" 2>/dev/null; then
            lock_tries=$((lock_tries + 1)) # somebody was faster, or nothing can be written
            [ "$lock_tries" -lt 20 ] || die 3 "The lock $base/lock.$mine cannot be made: is the folder read-only, or the disk full?"
            continue
        fi
        lock=$base/lock.$mine # only now is it this run's to remove
        highest_lock
        [ "$highest" = "$mine" ] && break
        rm -f "$lock" # somebody took over what this run had taken for nobody's
        lock=''
    done
    set +f
    for lock_path in "$base"/lock.*; do
        lock_number=${lock_path##*.}
        [ "$lock_number" = "$mine" ] || [ ! -L "$lock_path" ] || [ "$lock_number" -gt "$mine" ] || rm -f "$lock_path"
    done
    set -f
}

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

# ---- the plan

step() { # KEY ACTION NEEDS START FINISH USES SUPPORTS ID: a line of a goal's table
    steps="$steps $1"
    total=$((total + 1)) row=$((row + 1))
    # Shells walk through all variables for each program that they start: what
    # is the same as the key, or empty, gets none.
    unset "a_$1" "id_$1" "n_$1" "d_$1" "u_$1" "l_$1" "o_$1" "v_$1" "f_$1"
    eval "i_$1=\$row at_$1=\"\$4 \$5\" s_$1=todo"
    [ "$1" = "$2" ] || eval "a_$1=\$2"
    [ -z "$3" ] || eval "n_$1=\$3"
    [ -z "$6" ] || eval "u_$1=\$6"
    [ -z "$7" ] || eval "l_$1=\$7"
    [ "$1" = "$8" ] || eval "id_$1=\$8"
}

planned() { # STEP: sets planned_start, planned_finish and planned_takes, in seconds
    eval "planned_start=\${at_$1% *} planned_finish=\${at_$1#* }"
    planned_takes=$((planned_finish - planned_start))
}

resource() { # KEY CAPACITY: what steps share while they run
    resources="$resources $1"
    eval "capacity_$1=\$2"
}

fallback() { # STEP FUNCTION MODE TEXT: the plan has another way on when the step fails
    eval "f_$1=\"\$2 \$3 \$4\""
}

without() { # STEP STEPS: leaves out a step of the goal's plan, and those that need it
    without_steps=" $1 $2 " without_kept=''
    for k in $steps; do
        case $without_steps in
            *" $k "*) total=$((total - 1)) ;;
            *) without_kept="$without_kept $k" ;;
        esac
    done
    steps=$without_kept before_detour=$without_kept
}

serves() { # STEP SUPPORTS: whom a step's effects serve on another way than the goal's plan
    eval "l_$1=\$2"
}

load_plan() { # calls the goal's table, and that of the fallback that was taken
    steps='' total=0 row=0 resources='' detour='' before_detour=''
    "goal_$goal_key"
    if [ -f "$state_dir/fallback" ]; then
        read -r detour_plan detour_step <"$state_dir/fallback" || :
        detour_function=''
        [ "$detour_plan" != "$plan_hash" ] || eval "detour_function=\${f_$detour_step-}"
        if [ -n "$detour_function" ]; then
            detour=$detour_step
            eval "detour_id=\${id_$detour-$detour}"
            "${detour_function%% *}"
        fi
    fi
    for k in $steps; do
        eval "load_needs=\${n_$k-}"
        for load_need in $load_needs; do
            eval "d_$load_need=\"\${d_$load_need-} $k\""
        done
    done
}

describe() { # STEP: sets what its action's block says of it
    eval "action=\${a_$1-$1} id=\${id_$1-$1}"
    title='' kind=action service='' has='' timeout=0 retries=0 backoff=5 on_failure=stop
    optional='' skip_when_valid='' runbooks='' tools='' hash=''
    "action_$action" about
}

find_step() { # ID OPTION: sets found to the step's key
    found=''
    for k in $steps; do
        eval "find_id=\${id_$k-$k}"
        if [ "$find_id" = "$1" ]; then
            found=$k
            return 0
        fi
    done
    set -- "$1" "$2" "$1"
    for k in $steps; do
        eval "set -- \"\$@\" \"\${id_$k-$k}\""
    done
    find_text="$2: the plan of goal '$goal' has no step '$1'"
    shift 2
    usage_error "$find_text" "$@"
}

read_record() { # FILE: sets record_hash, record_begin, record_end, record_worker … from a record
    record_hash='' record_worker='' record_worker_start='' record_boot=''
    record_body='' record_body_start='' record_exit='' record_begin=0 record_end=0 record_result='' record_measures=''
    while read -r record_word record_1 record_2 record_3; do
        case $record_word in
            action) record_hash=$record_1 ;;
            worker) record_worker=$record_1 record_worker_start=$record_2 record_boot=$record_3 ;;
            body) record_body=$record_1 record_body_start=$record_2 record_exit='' ;;
            exit) record_exit=$record_1 ;;
            measure) # each attempt measures anew, and the last one counts
                record_kept=''
                for record_one in $record_measures; do
                    [ "${record_one%%=*}" = "$record_1" ] || record_kept="$record_kept $record_one"
                done
                record_measures="$record_kept $record_1=$record_2"
                ;;
            end) record_begin=$record_1 record_end=$record_2 record_result=$record_3 ;;
        esac
    done <"$1"
}

load_state() { # sets s_KEY of the plan's steps: todo, done, failed or flight
    for k in $steps; do
        if [ -f "$state_dir/$k.done" ]; then
            read_record "$state_dir/$k.done"
            describe "$k"
            if [ "$record_hash" = "$hash" ] && [ -n "$record_result" ]; then
                eval "s_$k=done"
            else
                eval "s_$k=changed"
            fi
        elif [ -f "$state_dir/$k.run" ]; then
            eval "s_$k=flight"
        elif [ -f "$state_dir/$k.failed" ]; then
            eval "s_$k=failed"
        fi
    done
}

undo() { # STEP…: makes steps and all that need them undone
    while [ $# -gt 0 ]; do
        eval "undo_status=\$s_$1 undo_next=\${d_$1-}"
        undo_this=$1
        shift
        case $undo_status in
            todo) ;;
            *)
                rm -f "$state_dir/$undo_this.done" "$state_dir/$undo_this.failed" "$state_dir/$undo_this.run"
                eval "s_$undo_this=todo"
                ;;
        esac
        for undo_next_step in $undo_next; do
            eval "undo_status=\$s_$undo_next_step"
            [ "$undo_status" = todo ] || set -- "$@" "$undo_next_step"
        done
    done
}

# ---- what a worker does

body() { # SHELL <TEXT: becomes the text of an action, run by SHELL
    if [ -n "$showing" ]; then
        sed 's/^/    /'
        return 0
    fi
    # A body records its own failure, for when nobody waits for its end any more.
    # A trap in its shell costs no process. Where the body may replace that trap
    # or that shell, another one around it does so as well; TERM ends that one
    # only after the body, and without a word, for the body has not had its way.
    body_file=$run_dir/$key.$part.sh body_watch='' body_apart=''
    [ "$mode:$part" != up:run ] || body_watch="$watch_head$key$watch_tail; "
    body_before=$body_watch
    while IFS= read -r body_line; do
        case $body_line in
            *exec* | *trap* | *eval* | *source* | '. '* | *[!A-Za-z0-9_]'. '*) body_apart=$body_watch ;;
        esac
        printf '%s%s\n' "$body_before" "$body_line" || end_unwritten
        body_before=''
    done 2>/dev/null >"$body_file" || end_unwritten
    myself
    { printf 'body %s %s\n' "$me" "$start_time" >>"$record"; } 2>/dev/null || end_unwritten
    case $1 in
        bash) set -- bash -e -o pipefail "$body_file" ;;
        *) set -- sh -e "$body_file" ;;
    esac
    [ -z "$body_apart" ] || set -- sh -c "${body_watch}trap 'trap - EXIT; exit 143' TERM; \"\$@\"; exit" sh "$@"
    umask "$user_umask" # what a body makes is its user's, not this script's
    [ "$grouping" != setsid ] || set -- "$setsid" "$@"
    [ -z "$env_words" ] || eval "export$env_words" # last: from here on the names are the action's
    exec "$@" </dev/null
}

end_unwritten() { # ends a body before it begins; that its file isn't there tells run_part of it
    rm -f "$body_file"
    exit 125
}

watch_bodies() { # sets watch_head and watch_tail: around a step's key, shell text that has a body record that it failed
    quote_word "$state_dir/"
    quote_word "case \$? in 0) ;; *) set -- \"\$?\" $quoted"
    watch_head="trap $quoted"
    quote_word ".run; { echo \"exit \$1\" >>\"\$2\" && { sync \"\$2\" || sync; }; } 2>/dev/null || : ;; esac"
    watch_tail="$quoted EXIT"
}

with_env() { # NAME VALUE: gives the next body a variable, whatever this script calls its own
    env_count=$((env_count + 1))
    eval "env_$env_count=\$2"
    env_words="$env_words $1=\"\$env_$env_count\""
}

with_secret() { # NAME SECRET LENGTH: gives the next body the secret as a variable
    { set +x; } 2>/dev/null # a trace must not show it
    [ -z "$showing" ] || return 0
    [ -s "$base/secrets/$2" ] || make_secret "$2" "$3" || exit 126
    secret_value=''
    IFS= read -r secret_value <"$base/secrets/$2" || [ -n "$secret_value" ] || exit 126
    eval "$1=\$secret_value; export $1"
}

make_secret() { # SECRET LENGTH: makes it, unless another process has just done so
    myself
    od -A n -v -t u1 -N "$(($2 * 2 + 64))" /dev/urandom | LC_ALL=C awk -v length_wanted="$2" '
        BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
        { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < length_wanted) out = out substr(set, $i % 62 + 1, 1) }
        END { if (length(out) < length_wanted) exit 1; printf "%s", out }' >"$base/secrets/$1.$me" || return 1
    chmod 0444 "$base/secrets/$1.$me"
    durable "$base/secrets/$1.$me"
    ln "$base/secrets/$1.$me" "$base/secrets/$1" 2>/dev/null
    rm -f "$base/secrets/$1.$me"
    durable "$base/secrets"
    [ -s "$base/secrets/$1" ]
}

workdir() { # FOLDER, seen from the kit's
    [ -n "$showing" ] && { printf '    cd %s\n' "$1"; return 0; }
    cd -- "$1" || exit 126
}

run_part() { # PART: runs a part of the block in a process of its own; sets rc, and unwritten when there was no room for it
    part=$1 rc=143 late='' unwritten=''
    [ -z "$stop" ] || return 0
    echo "child $key" >&3
    [ "$grouping" != monitor ] || set -m
    (
        trap - TERM HUP INT USR1 USR2 PIPE
        cd "$kit_dir" || exit 126
        "$block" "$part"
    ) 3>&- &
    child=$!
    [ "$grouping" != monitor ] || set +m
    while :; do
        woken=''
        wait "$child" 2>/dev/null
        rc=$?
        [ -n "$woken" ] || break
        [ -n "$stop$late" ] || continue
        end_body "$child"
        wait "$child" 2>/dev/null
        rc=143
        break
    done
    child=''
    if [ "$rc" = 125 ] && [ ! -f "$run_dir/$key.$part.sh" ]; then
        unwritten=1
        echo "=== its script could not be written in $run_dir"
    fi
}

pause() { # SECONDS: sleeps, unless told to stop
    [ -z "$stop" ] || return 0
    sleep "$1" 3>&- &
    child=$!
    wait "$child" 2>/dev/null
    [ -z "$stop" ] || kill "$child" 2>/dev/null
    child=''
}

worker() { # STEP: what is done with one step, criterion or benchmark; in a process of its own
    key=$1 stop='' late='' unwritten='' child='' outcome='' attempt=1 record=/dev/null
    trap 'woken=1 stop=1' TERM HUP
    trap 'woken=1 late=1' USR1
    case $mode in
        up | check | rollback) log=$log_dir/$key.log ;;
        *) log=$log_dir/$mode-$key.log ;;
    esac
    if ! { true >>"$log"; } 2>/dev/null; then # on a full disk exec would end the worker without a word
        echo "end $key unrecorded 0" >&3
        return 0
    fi
    exec >>"$log" 2>&1 </dev/null
    stamp
    begun=$now
    case $mode in
        up) work_up ;;
        check)
            run_part validate
            if [ -n "$stop" ]; then outcome=stopped; elif [ "$rc" = 0 ]; then outcome=valid; elif [ -n "$unwritten" ]; then outcome=unwritten; else outcome=invalid; fi
            ;;
        rollback)
            echo "=== $utc rollback of $id"
            run_part rollback
            if [ "$rc" = 0 ]; then outcome=undone; else outcome=failed; fi
            stamp
            echo "=== $utc end: $outcome"
            ;;
        verify) work_verify ;;
        bench) work_bench ;;
    esac
    echo "end $key $outcome $((now - begun))" >&3
}

still_mine() { # is the lock still that of the run that started this worker?
    [ -L "$lock" ] && [ ! -L "$base/lock.$((mine + 1))" ]
}

claim() { # writes the step's record before anything runs; sets outcome when it must not run
    # A worker may outlive its run by so little that the next run looks for
    # records before this one is written, and starts the step itself. So a record
    # is only ever created, never overwritten, and after that the lock is looked
    # at: whichever came first, at most one of the two goes on.
    myself
    while :; do
        set -C
        printf 'step %s\naction %s\nplan %s\nworker %s %s %s\n' "$id" "$hash" "$plan_hash" "$me" "$start_time" "$boot" 2>/dev/null >"$record"
        claim_status=$?
        set +C
        [ "$claim_status" != 0 ] || break
        if [ ! -f "$record" ]; then
            outcome=unrecorded
            return 1
        fi
        read_record "$record"
        if [ "$record_worker" = "$me" ] || [ -z "$record_worker" ]; then # half written: the disk is full
            rm -f "$record"
            outcome=unrecorded
            return 1
        fi
        if ! still_mine; then
            outcome=stopped
            return 1
        fi
        nap
    done
    still_mine && return 0
    rm -f "$record"
    outcome=stopped
    return 1
}

work_up() {
    record=$state_dir/$key.run
    claim || return 0
    case $has in # without a validation, what was in flight is simply run again
        *validate*) durable "$record" "$state_dir" ;;
    esac
    if [ -n "$skip_when_valid" ]; then
        run_part validate
        [ "$rc" != 0 ] || outcome=valid
    fi
    while [ -z "$outcome" ]; do
        echo "=== $utc start $id, attempt $attempt of $((retries + 1))"
        try_once
        if [ -n "$stop" ]; then
            outcome=stopped
        elif [ "$rc" = 0 ]; then
            outcome='done'
        elif [ -n "$left_off" ]; then
            outcome=left
        elif [ "$attempt" -gt "$retries" ]; then
            outcome=failed
            [ -z "$unwritten" ] || outcome=unwritten
        else
            echo "=== once more in ${backoff}s"
            pause "$backoff"
            backoff=$((backoff * 2)) attempt=$((attempt + 1))
            stamp
        fi
    done
    stamp
    echo "=== $utc end $id: $outcome"
    case $outcome in
        done | valid)
            if ! { printf 'end %s %s %s\n' "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null || ! durable "$record" ||
                ! mv -f "$record" "$state_dir/$key.done" || ! durable "$state_dir"; then
                outcome=unrecorded
            fi
            ;;
        left) rm -f "$record" ;; # it is to be done again, as if it hadn't begun
        failed | unwritten)
            [ "$outcome:$part" != unwritten:validate ] || return 0 # its body has ended well: it stays in flight
            { printf 'end %s %s %s\n' "$begun" "$now" "$outcome" >>"$record"; } 2>/dev/null
            mv -f "$record" "$state_dir/$key.failed" 2>/dev/null
            ;;
    esac
}

try_once() { # runs the body, then its validation and measures; sets rc, and left_off when it has only stopped to wait
    left_off=''
    case $has in *measured*) offset=$(wc -c <"$log") ;; esac
    [ "$kind" != service.start ] || run_part before
    run_part run
    if [ -n "$late" ]; then
        echo "=== it took longer than its timeout of ${timeout}s and was ended"
        return 0
    fi
    if [ "$rc" != 0 ]; then
        [ "$kind:$rc" != service.await:75 ] || left_off=1
        [ -n "$stop$unwritten$left_off" ] || echo "=== it ended with status $rc"
        return 0
    fi
    case $has in
        *measured*)
            measured_ok=1
            "$block" measured
            [ -n "$measured_ok" ] || { rc=1; return 0; }
            ;;
    esac
    case $has in
        *validate*)
            [ "$kind" != service.start ] || echo "changed $key" >&3
            run_part validate
            [ "$kind:$rc" != service.start:75 ] || left_off=1
            if [ -n "$late" ]; then
                echo "=== its validation took longer than ${timeout}s and was ended"
            elif [ "$rc" != 0 ] && [ -z "$stop$unwritten$left_off" ]; then
                echo "=== its validation ended with status $rc"
            fi
            ;;
    esac
}

measure() { # NAME OP VALUE: is the last number of the body's output what the plan assumes?
    if ! tail -c "+$((offset + 1))" "$log" 2>/dev/null >"$run_dir/$key.output"; then
        echo "=== its output could not be written in $run_dir"
        measured_ok='' unwritten=1
        return 0
    fi
    last_number "$run_dir/$key.output"
    if [ -z "$number" ]; then
        echo "=== $1 was to be measured, but no line of the output is a number"
        measured_ok=''
        return 0
    fi
    echo "measure $1 $number" >>"$record"
    if compare "$number" "$2" "$3"; then
        echo "=== measured $1 = $number (the plan assumes $2 $3)"
    else
        echo "=== measured $1 = $number, but the plan assumes $2 $3"
        measured_ok=''
    fi
}

last_number() { # FILE: sets number to the last line that is one
    number=$(LC_ALL=C awk '
        { gsub(/^[ \t]+|[ \t\r]+$/, "") }
        /^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$/ { found = $0 }
        END { print found }' "$1")
}

compare() { # NUMBER OP NUMBER
    LC_ALL=C awk 'BEGIN {
        a = ARGV[1] + 0; b = ARGV[3] + 0; op = ARGV[2]
        if (op == "<") ok = a < b
        else if (op == "<=") ok = a <= b
        else if (op == ">") ok = a > b
        else if (op == ">=") ok = a >= b
        else if (op == "==") ok = a == b
        else if (op == "!=") ok = a != b
        exit !ok
    }' "$1" "$2" "$3"
}

work_verify() {
    deadline=$((now + within))
    while :; do
        observed=''
        if "$block" check; then
            outcome=met
        elif [ -n "$stop" ]; then
            outcome=stopped
        else
            clock
            [ "$now" -lt "$deadline" ] || outcome=unmet
        fi
        [ -z "$outcome" ] || break
        pause 1
    done
    stamp
    echo "=== $utc $title: $outcome${observed:+ ($observed)}"
    printf '%s' "$observed" | LC_ALL=C tr -s '\001-\037' ' ' >"$run_dir/$key.observed"
}

work_bench() {
    echo "=== $utc start $title"
    offset=$(wc -c <"$log")
    run_part run
    tail -c "+$((offset + 1))" "$log" >"$run_dir/$key.output"
    last_number "$run_dir/$key.output"
    printf '%s\n' "$number" >"$run_dir/$key.observed"
    if [ -n "$stop" ]; then
        outcome=stopped
    elif [ "$rc" != 0 ] || [ -z "$number" ]; then
        outcome=failed
    elif compare "$number" "$target_op" "$target_value"; then
        outcome=met
    else
        outcome=missed
    fi
    stamp
    echo "=== $utc end: $outcome"
}

# ---- the scheduler

engine() { # MODE LIMIT KEY…: works on all of them, at most LIMIT at once; sets failed_keys
    mode=$1 limit=$2
    shift 2
    ready='' ready_last=0 running='' running_count=0 ended_count=0 job_count=$# failed_keys='' halt=''
    open_stage
    [ ! -e "$run_dir/halted" ] || rm -f "$run_dir/halted"
    clock
    count_up
    [ -z "$live" ] || [ "$mode" != up ] || load_durations "$@"
    for r in $resources; do
        eval "free_$r=\$capacity_$r q_$r="
    done
    for k in "$@"; do
        eval "r_$k=0"
        [ "$mode" = up ] && count_needs "$k"
    done
    for k in "$@"; do
        eval "left=\$r_$k"
        [ "$left" -gt 0 ] || offer "$k"
    done
    while :; do
        while [ -z "$halt" ] && [ -n "$ready" ] && [ "$running_count" -lt "$limit" ]; do
            k=${ready%% *}
            ready=${ready#* }
            launch "$k"
        done
        [ "$running_count" -gt 0 ] || break
        [ -z "$live" ] || draw_live
        read -r event event_key event_1 event_2 <&3 || continue
        case $event in
            end) on_end "$event_key" "$event_1" "$event_2" ;;
            child) eval "[ \${limit_$event_key-0} = 0 ] || t_$event_key=\$((now + limit_$event_key))" ;;
            changed) on_changed "$event_key" ;;
            tick) on_tick ;;
            lost) on_lost "$event_key" "$event_1" ;;
            signal) on_signal "$event_key" "$event_1" ;;
        esac
    done
    rm -f "$run_dir/live"
}

count_needs() { # STEP: sets r_STEP to how many of its needs aren't done; queues it at its resources
    eval "count_list=\${n_$1-} count_uses=\${u_$1-}"
    for count_need in $count_list; do
        eval "count_status=\$s_$count_need"
        case $count_status in
            done | skip) ;;
            *) eval "r_$1=\$((r_$1 + 1))" ;;
        esac
    done
    for count_use in $count_uses; do
        eval "q_${count_use%%=*}=\"\${q_${count_use%%=*}}$1 \""
    done
}

offer() { # STEP: its needs are done; it is ready once its resources are granted
    # They are granted strictly in the order of planned start.
    offer_uses=''
    if [ "$mode" = up ]; then
        eval "offer_uses=\${u_$1-}"
        for offer_use in $offer_uses; do
            offer_r=${offer_use%%=*}
            eval "offer_head=\${q_$offer_r%% *} offer_free=\$free_$offer_r"
            if [ "$offer_head" != "$1" ] || [ "$offer_free" -lt "${offer_use#*=}" ]; then
                return 0
            fi
        done
        for offer_use in $offer_uses; do
            offer_r=${offer_use%%=*}
            eval "free_$offer_r=\$((free_$offer_r - ${offer_use#*=})) q_$offer_r=\${q_$offer_r#* }"
        done
    fi
    make_ready "$1"
    for offer_use in $offer_uses; do
        offer_next "${offer_use%%=*}"
    done
}

offer_next() { # RESOURCE: whoever heads its queue may be next
    while :; do
        eval "next_head=\${q_$1%% *}"
        [ -n "$next_head" ] || return 0
        eval "next_status=\$s_$next_head next_left=\${r_$next_head-0}"
        case $next_status in
            todo) break ;;
            *) eval "q_$1=\${q_$1#* }" ;; # it will not run any more
        esac
    done
    [ "$next_left" -gt 0 ] || offer "$next_head"
}

make_ready() { # KEY: inserts it in the order of the plan; a rollback goes the other way
    ready_i=$ready_last
    [ "$mode" != up ] || eval "ready_i=\$i_$1"
    if [ -z "$ready" ] || [ "$ready_i" -ge "$ready_last" ]; then
        ready="$ready$1 "
        ready_last=$ready_i
        return 0
    fi
    ready_before='' ready_rest=$ready
    while :; do
        ready_head=${ready_rest%% *}
        eval "ready_head_i=\$i_$ready_head"
        [ "$ready_head_i" -gt "$ready_i" ] && break
        ready_before="$ready_before$ready_head "
        ready_rest=${ready_rest#* }
    done
    ready="$ready_before$1 $ready_rest"
}

launch() { # KEY
    case $mode in
        up)
            describe "$1"
            block=action_$action
            eval "s_$1=running"
            say "$position start   $id${title:+  $title}"
            ;;
        check | rollback) describe "$1"; block=action_$action ;;
        verify) describe_criterion "$1"; block=criterion_$1 timeout=0 ;;
        bench) describe_benchmark "$1"; block=benchmark_$1 ;;
    esac
    worker "$1" &
    unset "r_$1"
    eval "w_$1=\$! limit_$1=\$timeout began_$1=\$now"
    running="$running $1"
    running_count=$((running_count + 1))
}

count_up() { # sets position to [ended/all]
    position="[$((done_count + ended_count))/$((done_count + job_count + later_count))]"
}

on_end() { # KEY OUTCOME SECONDS
    case " $running " in *" $1 "*) ;; *) return 0 ;; esac
    on_end_running=''
    for k in $running; do
        [ "$k" = "$1" ] || on_end_running="$on_end_running $k"
    done
    running=$on_end_running
    running_count=$((running_count - 1)) ended_count=$((ended_count + 1))
    count_up
    eval "wait \$w_$1" 2>/dev/null
    unset "w_$1" "t_$1" "x_$1" "limit_$1" "began_$1"
    span "$3"
    case $mode in
        up) ended_up "$1" "$2" ;;
        check) eval "v_$1=\$2" ;;
        rollback) ended_rollback "$1" "$2" ;;
        verify) ended_verify "$1" "$2" "$3" ;;
        bench) ended_bench "$1" "$2" "$3" ;;
    esac
}

ended_up() { # STEP OUTCOME
    describe "$1"
    case $2 in
        done | valid)
            eval "s_$1=done"
            if [ "$2" = valid ]; then
                say "$position $c_good""valid$c_off   $id (nothing to do)"
            else
                say "$position $c_good""done$c_off    $id ($span_text)"
            fi
            [ "$kind" != secret.make ] || write_env
            ;;
        stopped)
            eval "s_$1=flight"
            say "$position stopped $id ($span_text)"
            ;;
        left)
            eval "s_$1=todo"
            say "$position stopped $id ($span_text), as another step has failed: the next run waits anew"
            ;;
        *)
            eval "s_$1=failed"
            failed_keys="$failed_keys $1"
            explain_failure "$1" "$2"
            ;;
    esac
    eval "ended_uses=\${u_$1-}"
    for ended_use in $ended_uses; do
        ended_r=${ended_use%%=*}
        eval "free_$ended_r=\$((free_$ended_r + ${ended_use#*=}))"
    done
    case $2 in
        done | valid)
            eval "ended_dependents=\${d_$1-}"
            unset "n_$1" "u_$1" "d_$1" "i_$1"
            for k in $ended_dependents; do
                eval "ended_status=\$s_$k r_$k=\$((\${r_$k-0} - 1))"
                [ "$ended_status" = todo ] || continue
                eval "[ \$r_$k -gt 0 ]" || offer "$k"
            done
            ;;
    esac
    for ended_use in $ended_uses; do
        offer_next "${ended_use%%=*}"
    done
}

on_changed() { # STEP: it has started its containers, and only looks at them: Compose is free for the next
    eval "changed_uses=\${u_$1-} x_$1=1"
    case " $changed_uses " in *' compose='*) ;; *) return 0 ;; esac
    changed_left=''
    for changed_use in $changed_uses; do
        case $changed_use in
            compose=*) free_compose=$((free_compose + ${changed_use#*=})) ;;
            *) changed_left="$changed_left $changed_use" ;;
        esac
    done
    eval "u_$1=\$changed_left"
    offer_next compose
}

explain_failure() { # STEP OUTCOME: what failed, its last lines, its log and its runbook; and what follows
    complain "$position FAILED  $id${title:+  $title} ($span_text)"
    case $2 in
        unrecorded | unwritten)
            why_unwritten
            if [ "$2" = unrecorded ]; then
                complain "It could not be recorded: $why."
            else
                complain "deploy.sh could not write what it needs for this step: $why."
            fi
            runbooks='' # which are about the step itself
            ;;
        lost) complain "Its worker was killed, and what it had started has been ended." ;;
        *) blame_disk ;;
    esac
    tail -n 15 "$log_dir/$1.log" 2>/dev/null | last_attempt | LC_ALL=C tr -d '\000-\010\013-\037' | sed 's/^/    | /' >>"$run_dir/screen"
    say "Its log: $log_dir/$1.log"
    for runbook in $runbooks; do
        say ''
        "runbook_$runbook" >>"$run_dir/screen"
    done
    if other_way "$1"; then
        say "There is another way to the goal: $other_way_text."
        [ "$running_count" = 0 ] || say "No further step is started; $running_count still running are waited for."
    else
        after_failure "$1"
    fi
}

last_attempt() { # of the end of a log: what the last attempt wrote, where that begins in it
    LC_ALL=C awk '
        /^=== [0-9TZ:-]+ start / { n = 0 }
        { line[n++] = $0 }
        END { for (i = 0; i < n; i++) print line[i] }'
}

after_failure() { # STEP, which block describes: as its on_failure says
    if [ -n "$optional" ]; then
        say "It is optional: what needs it is skipped, the rest goes on."
        skip_dependents "$1"
    elif [ "$on_failure" = continue ]; then
        say "What doesn't need it goes on."
        skip_dependents "$1"
    else
        [ "$on_failure" != rollback ] || want_rollback=1
        [ -n "$halt" ] || halt=failure
        [ "$running_count" = 0 ] || end_waits
    fi
}

end_waits() { # the run ends: what only waits for containers is told to, and the rest is waited for
    end_waits_count=0 end_waits_left=0
    if [ "$halt" = failure ]; then
        echo "${want_rollback:+rollback}" 2>/dev/null >"$run_dir/halted" || :
    fi
    for k in $running; do
        describe "$k"
        eval "end_waits_changed=\${x_$k-}"
        case $halt:$kind:$end_waits_changed$want_rollback in
            failure:service.await:* | failure:service.start:1) end_waits_count=$((end_waits_count + 1)) ;;
            *) end_waits_left=$((end_waits_left + 1)) ;;
        esac
    done
    end_waits_text='No further step is started'
    [ "$end_waits_left" = 0 ] || end_waits_text="$end_waits_text; $end_waits_left still running are waited for"
    [ "$end_waits_count" = 0 ] || end_waits_text="$end_waits_text; what only waits for containers ($end_waits_count) is ended"
    say "$end_waits_text."
}

skip_dependents() { # STEP: all that need it will not run
    eval "set -- \${d_$1-}"
    while [ $# -gt 0 ]; do
        skip_key=$1
        shift
        eval "skip_status=\$s_$skip_key skip_id=\${id_$skip_key-$skip_key}"
        [ "$skip_status" = todo ] || continue
        eval "s_$skip_key=skipped"
        ended_count=$((ended_count + 1))
        count_up
        say "$position skipped $skip_id"
        eval "set -- \"\$@\" \${d_$skip_key-}"
    done
}

on_tick() {
    clock
    for k in $running; do
        eval "tick_worker=\$w_$k tick_limit=\${t_$k-0}"
        started "$tick_worker"
        if [ -z "$start_time" ]; then
            echo "lost $k $tick_worker" >&3 # behind what it may have written as its last word
        elif [ -n "$signalled" ]; then
            kill -TERM "$tick_worker" 2>/dev/null
        elif [ "$tick_limit" != 0 ] && [ "$now" -ge "$tick_limit" ]; then
            kill -USR1 "$tick_worker" 2>/dev/null
        fi
    done
}

on_lost() { # KEY WORKER: it died without a word
    # When it had written one, the step may be at work again by now, with another.
    eval "[ \"\$2\" = \"\${w_$1-}\" ]" || return 0
    if [ "$mode" = up ] && [ -f "$state_dir/$1.run" ]; then
        read_record "$state_dir/$1.run"
        [ -z "$record_body" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    eval "on_end \"\$1\" lost \$((now - began_$1))"
}

on_signal() { # NAME NUMBER
    [ -n "$signalled" ] || say "Stopping on SIG$1: what runs is ended (TERM, after 10 s KILL)."
    signalled=$2 halt=signal
    for k in $running; do
        eval "kill -TERM \"\$w_$k\"" 2>/dev/null
    done
}

load_durations() { # STEP…: for the live view, how long steps took in the last run
    live_end=0 live_known=0 live_planned=0
    if [ -f "$base/durations" ]; then
        while read -r k live_seconds; do
            case " $steps " in *" $k "*) ;; *) continue ;; esac
            case $live_seconds in '' | *[!0-9]*) continue ;; esac
            planned "$k"
            eval "last_$k=\$live_seconds"
            live_known=$((live_known + live_seconds)) live_planned=$((live_planned + planned_takes))
        done <"$base/durations"
    fi
    for k in "$@"; do
        planned "$k"
        [ "$planned_finish" -le "$live_end" ] || live_end=$planned_finish
    done
}

time_left() { # sets left: what is left of the longest step, and what the plan has after it
    # What comes after is scaled by how the last run's steps differed from the plan.
    left=0
    for k in $running; do
        planned "$k"
        eval "live_began=\$began_$k live_seconds=\${last_$k-$planned_takes}"
        live_after=$((live_end - planned_finish))
        [ "$live_planned" = 0 ] || live_after=$((live_after * live_known / live_planned))
        live_seconds=$((live_seconds - now + live_began))
        [ "$live_seconds" -ge 0 ] || live_seconds=0
        [ $((live_seconds + live_after)) -le "$left" ] || left=$((live_seconds + live_after))
    done
}

draw_live() { # one line: how many of how many, the time left, what runs and for how long
    live_text="[$((done_count + ended_count))/$((done_count + job_count + later_count))]"
    if [ "$mode" = up ]; then
        time_left
        span "$left"
        [ "$left" = 0 ] || live_text="$live_text about $span_text left:"
    fi
    for k in $running; do
        eval "live_id=\${id_$k-$k} live_began=\$began_$k"
        span $((now - live_began))
        live_text="$live_text $live_id $span_text,"
        [ ${#live_text} -lt 70 ] || { live_text="$live_text …,"; break; }
    done
    printf '%s\n' "${live_text%,}" >"$run_dir/live"
}

# ---- another way, when a step fails

other_way() { # STEP: may its fallback be taken? then nothing is started until that is decided
    eval "other_way=\${f_$1-}"
    [ -n "$other_way" ] && [ -z "$detour$only$signalled" ] && [ "$failed_keys" = " $1" ] || return 1
    other_way_text=${other_way#* }
    other_way_mode=${other_way_text%% *} other_way_text=${other_way_text#* }
    case $other_way_mode in
        never) return 1 ;;
        auto) ;;
        *)
            if [ -z "$assume_yes" ] && ! { [ -t 0 ] && [ -t 1 ]; }; then
                say "There is another way to the goal ($other_way_text): with --yes it is taken when this step fails."
                return 1
            fi
            ;;
    esac
    wanted_detour=$1 halt=detour
}

run_steps() { # STEP…: those of the goal's plan, and once they are done those of the fallback
    run_first='' run_then=''
    for k in "$@"; do
        case "$before_detour " in
            ' ' | *" $k "*) run_first="$run_first $k" ;;
            *) run_then="$run_then $k" ;;
        esac
    done
    done_count=$((total - $#)) later_count=$#
    eval "set -- $run_first"
    later_count=$((later_count - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
    later_count=0
    [ -z "$failed_keys$signalled" ] || return 0
    eval "set -- $run_then"
    done_count=$((total - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
}

decide_detour() { # a step that has a fallback failed: takes it, or goes on as on_failure says
    decide_step=$wanted_detour
    wanted_detour=''
    [ -z "$signalled" ] || return 0
    describe "$decide_step"
    if [ "$failed_keys" != " $decide_step" ]; then
        complain 'As another step failed too, the other way is not taken.'
    elif [ "$other_way_mode" = auto ] || agreed "Take the other way ($other_way_text) in place of $id?"; then
        take_detour
        return 0
    fi
    halt=''
    after_failure "$decide_step"
    [ -z "$halt" ] || return 0
    set --
    for k in $selected; do
        eval "decide_status=\$s_$k"
        [ "$decide_status" != todo ] || set -- "$@" "$k"
    done
    decide_failed=$failed_keys
    done_count=$((total - $#))
    [ $# = 0 ] || engine up "$jobs" "$@"
    failed_keys="$decide_failed$failed_keys"
}

take_detour() { # in place of decide_step: its rollback, the steps that don't need it, the fallback's
    case $has in
        *rollback*)
            eval "s_$decide_step=done" # as far as a rollback goes
            engine rollback 1 "$decide_step"
            [ -z "$failed_keys$signalled" ] || return 0
            ;;
    esac
    rm -f "$state_dir/$decide_step.failed"
    put "$state_dir/fallback" "$plan_hash $decide_step" || die 3 "Nothing can be written in $state_dir: is the disk full?"
    say "Taking the other way in place of $id; from now on it belongs to the plan."
    load_plan
    load_state
    select_steps
    preflight_words
    run_selected
}

back_to_plan() { # --from a step that a fallback stands in for: the goal's plan is the plan again
    case " $redo " in
        *" $detour "*) [ -n "$detour" ] || return 0 ;;
        *) return 0 ;;
    esac
    say "The plan of goal '$goal' is followed again, with $detour_id."
    rm -f "$state_dir/fallback"
    load_plan
    resolve_steps
}

# ---- success criteria and benchmarks

describe_criterion() { # KEY
    title='' within=0 runbooks='' id=$1
    "criterion_$1" about
}

describe_benchmark() { # KEY
    title='' target='' target_op='' target_value='' timeout=0 tools='' id=$1
    "benchmark_$1" about
}

ended_verify() { # KEY OUTCOME SECONDS
    describe_criterion "$1"
    observed=''
    [ ! -f "$run_dir/$1.observed" ] || IFS= read -r observed <"$run_dir/$1.observed" || :
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$observed" >>"$state_dir/criteria.new"
    case $2 in
        met) say "  ${c_good}met$c_off    $title ($span_text)" ;;
        stopped) say "  stopped $title" ;;
        *)
            failed_keys="$failed_keys $1"
            say "  ${c_bad}NOT MET$c_off $title ($span_text)${observed:+: $observed}"
            say "          its log: $log_dir/verify-$1.log"
            blame_disk
            for runbook in $runbooks; do
                "runbook_$runbook" >>"$run_dir/screen"
            done
            ;;
    esac
}

ended_bench() { # KEY OUTCOME SECONDS
    describe_benchmark "$1"
    observed=''
    [ ! -f "$run_dir/$1.observed" ] || IFS= read -r observed <"$run_dir/$1.observed" || :
    printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$observed" >>"$state_dir/benchmarks.new"
    case $2 in
        met) say "  ${c_good}met$c_off    $title: $observed (target $target)" ;;
        missed)
            failed_keys="$failed_keys $1"
            say "  ${c_bad}MISSED$c_off $title: $observed (target $target)"
            ;;
        *)
            failed_keys="$failed_keys $1"
            say "  ${c_bad}FAILED$c_off $title: its log is $log_dir/bench-$1.log"
            blame_disk
            ;;
    esac
}

http() { # URL CURL-OPTION…: sets http_status and keeps the answer's body
    http_url=$1
    if ! http_status=$(curl -q -sS -g --noproxy '*' -m 10 -o "$run_dir/$key.answer" -w '%{http_code}' "$@"); then
        observed="$http_url does not answer"
        return 1
    fi
}

status_is() { # STATUS
    [ "$http_status" = "$1" ] || { observed="$http_url: status $http_status instead of $1"; return 1; }
}

answer_contains() { # TEXT
    case $(cat "$run_dir/$key.answer") in
        *"$1"*) ;;
        *)
            observed="$http_url: the answer does not contain '$1'"
            return 1
            ;;
    esac
}

json_at() { # FILE KEY…: prints type:value (string, number, bool, null, other) of what stands at a path of keys
    LC_ALL=C awk '
        function blank() { while (p <= n && index(" \t\r\n", substr(s, p, 1))) p++ }
        function utf8(c) {
            if (c < 128) return sprintf("%c", c)
            if (c < 2048) return sprintf("%c%c", 192 + int(c / 64), 128 + c % 64)
            if (c < 65536) return sprintf("%c%c%c", 224 + int(c / 4096), 128 + int(c / 64) % 64, 128 + c % 64)
            return sprintf("%c%c%c%c", 240 + int(c / 262144), 128 + int(c / 4096) % 64, 128 + int(c / 64) % 64, 128 + c % 64)
        }
        function hex4(   i, v) {
            v = 0
            for (i = 0; i < 4; i++) v = v * 16 + index("0123456789abcdef", tolower(substr(s, p + i, 1))) - 1
            p += 4
            return v
        }
        function string(   out, c, v) {
            out = ""
            for (p++; p <= n; ) {
                c = substr(s, p++, 1)
                if (c == "\"") return out
                if (c != "\\") { out = out c; continue }
                c = substr(s, p++, 1)
                if (c == "u") {
                    v = hex4()
                    if (v >= 55296 && v < 56320 && substr(s, p, 2) == "\\u") { p += 2; v = 65536 + (v - 55296) * 1024 + hex4() - 56320 }
                    out = out utf8(v)
                }
                else if (c == "n") out = out "\n"
                else if (c == "t") out = out "\t"
                else if (c == "r") out = out "\r"
                else if (c == "b") out = out "\b"
                else if (c == "f") out = out "\f"
                else out = out c
            }
            bad = 1
            return out
        }
        function value(depth, on,   c, i, k) {
            blank()
            c = substr(s, p, 1)
            if (on && depth == keys) here = 1
            else here = 0
            if (c == "{" || c == "[") {
                if (here) found = "other:"
                p++; blank()
                if (substr(s, p, 1) == (c == "{" ? "}" : "]")) { p++; return }
                for (i = 0; !bad && p <= n; i++) {
                    k = i ""
                    if (c == "{") {
                        blank()
                        if (substr(s, p, 1) != "\"") { bad = 1; return }
                        k = string(); blank()
                        if (substr(s, p++, 1) != ":") { bad = 1; return }
                    }
                    value(depth + 1, on && depth < keys && (k "") == (ARGV[depth + 2] ""))
                    blank()
                    k = substr(s, p++, 1)
                    if (k == (c == "{" ? "}" : "]")) return
                    if (k != ",") { bad = 1; return }
                }
                bad = 1
                return
            }
            if (c == "\"") { k = here; i = string(); if (k) found = "string:" i; return }
            if (match(substr(s, p, 64), /^(true|false)/)) { if (here) found = "bool:" substr(s, p, RLENGTH); p += RLENGTH; return }
            if (match(substr(s, p, 64), /^null/)) { if (here) found = "null:"; p += RLENGTH; return }
            if (match(substr(s, p, 64), /^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?/)) { if (here) found = "number:" substr(s, p, RLENGTH); p += RLENGTH; return }
            bad = 1
        }
        BEGIN {
            while ((getline line < ARGV[1]) > 0) s = s line "\n"
            n = length(s); p = 1; keys = ARGC - 2
            value(0, 1)
            blank()
            if (bad || p <= n) exit 1
            printf "%s", found
        }' "$@"
}

json_is() { # EXPECTED KEY…: EXPECTED as json_at prints it
    json_want=$1
    shift
    if ! json_got=$(json_at "$run_dir/$key.answer" "$@"); then
        observed="$http_url: the answer is not JSON"
        return 1
    fi
    [ "$json_got" = "$json_want" ] && return 0
    case $json_want:$json_got in
        number:*:number:*) compare "${json_got#*:}" == "${json_want#*:}" && return 0 ;;
    esac
    observed="$http_url: $* is '${json_got#*:}' instead of '${json_want#*:}'"
    return 1
}

tcp() { # HOST PORT: does somebody accept a connection?
    tcp_time=$(curl -q -s --noproxy '*' -m 2 -o "$run_dir/$key.answer" -w '%{time_connect}' "telnet://$1:$2" </dev/null)
    compare "${tcp_time:-0}" '>' 0 || { observed="$1:$2 refuses connections"; return 1; }
}

grpc() { # HOST PORT METHOD MESSAGE: sends a message (with its frame, for printf %b); sets grpc_hex
    grpc_at=$1:$2
    grpc_hex=$(printf '%b' "$4" | curl -q -sS --noproxy '*' -m 10 --http2-prior-knowledge \
        -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- "http://$1:$2/$3" |
        od -An -v -tx1 | tr -d ' \n')
    [ -n "$grpc_hex" ] || { observed="$grpc_at does not answer $3"; return 1; }
}

grpc_reflection() { # HOST PORT MESSAGE: asks for the list of services, of either version
    grpc "$1" "$2" grpc.reflection.v1.ServerReflection/ServerReflectionInfo "$3" ||
        grpc "$1" "$2" grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo "$3"
}

grpc_serving() { # does the answer to a health check say SERVING?
    case $grpc_hex in
        00????????0801) ;;
        *)
            observed="$grpc_at does not say SERVING"
            return 1
            ;;
    esac
}

grpc_lists() { # NAME HEX: does the answer of the reflection service name it?
    case $grpc_hex in
        *"$2"*) ;;
        *)
            observed="$grpc_at does not list $1"
            return 1
            ;;
    esac
}

sql() { # CONTAINER USER DATABASE PORT <QUERY: sets answer
    if ! answer=$(docker exec -i "$1" psql -X -q -A -t -v ON_ERROR_STOP=1 -U "$2" -d "$3" -p "$4" -f - 2>&1); then
        observed="the query failed: $answer"
        return 1
    fi
}

promql() { # URL EXPRESSION OP VALUE: does every value of the answer compare so?
    http "$1/api/v1/query" -G --data-urlencode "query=$2" && status_is 200 || return 1
    case $(json_at "$run_dir/$key.answer" data resultType) in
        string:scalar) prom_values=$(json_at "$run_dir/$key.answer" data result 1) ;;
        *)
            prom_values='' prom_i=0
            while prom_value=$(json_at "$run_dir/$key.answer" data result "$prom_i" value 1) && [ -n "$prom_value" ]; do
                prom_values="$prom_values ${prom_value#string:}" prom_i=$((prom_i + 1))
            done
            ;;
    esac
    shift 2
    [ -n "$prom_values" ] || { observed='the expression has no result'; return 1; }
    for prom_value in $prom_values; do
        answer=${prom_value#string:}
        [ -z "$1" ] || answer_is "$1" "$2" || return 1
    done
}

answer_is() { # OP VALUE: == compares as numbers where both are, else as text
    case $1 in
        ==)
            [ "$answer" = "$2" ] && return 0
            case $answer$2 in
                *[!0-9.eE+-]* | '') ;;
                *) compare "$answer" == "$2" && return 0 ;;
            esac
            ;;
        *)
            case $answer in
                *[!0-9.eE+-]* | '') ;;
                *) compare "$answer" "$1" "$2" && return 0 ;;
            esac
            ;;
    esac
    observed="got '$answer', wanted $1 $2"
    return 1
}

containers() { # COUNT STATE HEALTH CONTAINER…: how many are in that state ('' any)?
    containers_want=$1 containers_state=$2 containers_health=$3 containers_have=0 containers_text=''
    shift 3
    for container in "$@"; do
        inspected=$(docker inspect --type container --format \
            '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}' "$container" 2>/dev/null) ||
            inspected='missing none'
        containers_text="$containers_text $container: $inspected;"
        [ -z "$containers_state" ] || [ "${inspected% *}" = "$containers_state" ] || continue
        [ -z "$containers_health" ] || [ "${inspected#* }" = "$containers_health" ] || continue
        [ "$inspected" = 'missing none' ] || containers_have=$((containers_have + 1))
    done
    [ "$containers_have" = "$containers_want" ] || { observed="$containers_have of $containers_want:${containers_text%;}"; return 1; }
}

run_command() { # runs the criterion's command; sets answer and answer_status
    offset=$(wc -c <"$log")
    run_part run
    answer_status=$rc
    answer=$(tail -c "+$((offset + 1))" "$log")
    late=''
}

command_ended() { # STATUS
    [ "$answer_status" = "$1" ] || { observed="the command ended with status $answer_status instead of $1: $answer"; return 1; }
}

command_printed() { # TEXT
    [ "$answer" = "$1" ] || { observed="got '$answer' instead of '$1'"; return 1; }
}

command_matched() { # EXTENDED-REGULAR-EXPRESSION
    printf '%s\n' "$answer" | LC_ALL=C grep -E -q -e "$1" || { observed="got '$answer', which does not match '$1'"; return 1; }
}

# ---- containers

look() { # CONTAINER…: sets looked to a line for each, in their order: /NAME ID STATUS HEALTH FAILURES OOM RESTARTS RETRIES EXIT STARTED
    set -- '{{.Name}} {{.ID}} {{.State.Status}} {{with .State.Health}}{{or .Status "none"}} {{.FailingStreak}}{{else}}none 0{{end}} {{.State.OOMKilled}} {{.RestartCount}} {{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.State.ExitCode}} {{.State.StartedAt}}' "$@"
    looked=$(docker inspect --type container --format "$@" 2>&1 </dev/null) && return 0
    # Some docker has left out what comes behind a container that isn't there.
    looked='' look_format=$1
    shift
    for look_name in "$@"; do
        look_line=$(docker inspect --type container --format "$look_format" "$look_name" 2>&1 </dev/null) || case $look_line in
            *[Nn]o\ such*) look_line="/$look_name - missing none 0 false 0 0 0 -" ;;
            *) look_said=$look_line look_line="/$look_name - unknown none 0 false 0 0 0 -" ;;
        esac
        looked="$looked$look_line
"
    done
}

condition() { # WANT: of the container that c_* tell of sets is, when it is as wanted, else ail, what is wrong, and final, when that can't change by itself
    is='' ail='' final=''
    case $1:$c_status:$c_health in
        *:unknown:*) ail="can't be looked at; docker says: $look_said" ;;
        once:exited:* | completed:exited:*) [ "$c_code" != 0 ] || is=1 ;;
        well:running:unhealthy | healthy:running:unhealthy | ready:running:unhealthy) ail='is unhealthy' ;;
        healthy:running:none) ail='has no healthcheck, so it can never be healthy' final=1 ;;
        healthy:running:healthy | ready:running:healthy | ready:running:none) is=1 ;;
        healthy:running:* | ready:running:*) ail="runs, but is $c_health" ;;
        completed:running:*) ail='still runs' ;;
        *:running:*) is=1 ;;
        *:restarting:*) ail="is in a restart loop: it has exited with status $c_code, $c_restarts restarts so far" ;;
        *:missing:*) ail='is gone: there is no such container' final=1 ;;
        *:exited:*) ;;
        *) ail="is $c_status" final=1 ;;
    esac
    [ "$c_status$is" != exited ] || { ail="has exited with status $c_code" final=1; }
    case $c_status:$c_oom in
        exited:true | restarting:true | dead:true)
            is='' final=1 c_limit=$(docker inspect --type container --format '{{.HostConfig.Memory}}' "$c_name" 2>/dev/null </dev/null)
            case $c_limit in
                '' | 0) ail='ran out of memory: it was killed, though it has no limit of its own' ;;
                *) ail="ran out of memory: it was killed at its limit of $c_limit bytes" ;;
            esac
            ;;
    esac
}

each_looked() { # COMMAND WORD…: runs it for each line of looked, with c_number and what the line tells as c_name, c_id …
    c_number=0
    while read -r c_name c_id c_status c_health c_failures c_oom c_restarts c_retries c_code c_started; do
        case $c_name in /*) c_name=${c_name#/} ;; *) continue ;; esac # what docker itself had to say
        c_number=$((c_number + 1))
        "$@"
    done <<LOOKED
$looked
LOOKED
}

has_started() { # running|once SECONDS CONTAINER…: do they run, for so long without a restart? A one-shot may have ended with 0
    case $part${showing:+shown} in
        before)
            shift 2
            look "$@"
            moment
            printf '%s\n%s\n' "$tenths" "$looked" >"$run_dir/$key.before"
            ;;
        *shown) shown "$@" ;;
        *)
            if [ "$mode" = up ]; then
                started_want=$1 started_settle=$2
                shift 2
                attend "$started_want" 0 "$started_settle" "$@"
            else
                are "$1" 2 "$@"
            fi
            ;;
    esac
}

await() { # healthy|ready|completed SECONDS CONTAINER…: waits for them, so long at most; ready is healthy, where there is a healthcheck
    case $part${showing:+shown} in
        *shown) shown "$@" ;;
        run)
            await_want=$1 await_limit=$2
            shift 2
            attend "$await_want" "$await_limit" 3 "$@"
            ;;
        *) are "$1" 2 "$@" ;;
    esac
}

shown() { # WANT SECONDS CONTAINER…: what has_started and await do, for the reader
    case $1:$2 in
        *:0) shown_time='' ;;
        running:* | once:*) shown_time=" for $2 s without a restart" ;;
        *) shown_time=", $2 s at most" ;;
    esac
    shown_want=$1
    shift 2
    printf '    # until %s%s: %s\n' "$shown_want" "$shown_time" "$*"
}

are() { # WANT N WORD×N CONTAINER…: looks once whether they are as wanted
    are_want=$1 are_bad=''
    shift "$((2 + $2))"
    look "$@"
    each_looked are_one
    [ -z "$are_bad" ]
}

are_one() {
    condition "$are_want"
    [ -n "$is" ] || { are_bad=1; echo "$c_name $ail"; }
}

moment() { # sets now, and tenths: tenths of a second, where that costs no process
    clock
    tenths=$((now * 10))
    [ -n "$clock_zero" ] || return 0
    tenths=${clock_up%?}
    tenths=${tenths%.*}${tenths#*.}
    tenths=${tenths#0}
}

attend() { # WANT LIMIT SETTLE CONTAINER…: waits until all at once are as wanted; says why one never will be, 75 when the run comes to its end
    attend_want=$1 attend_limit=$2 attend_settle=$(($3 * 10)) attend_worker=$me attend_looks=0
    shift 3
    moment
    attend_end=$((now + attend_limit)) attend_heard=$now
    if [ -f "$run_dir/$key.before" ]; then
        {
            read -r tenths
            looked=$(cat)
        } <"$run_dir/$key.before"
        each_looked note
    fi
    while :; do
        look "$@"
        moment
        attend_left='' attend_ill='' attend_why=''
        each_looked attend_one
        [ -z "$attend_ill" ] || { explain_container "$attend_ill" "$attend_why" "$attend_want"; return 1; }
        [ -n "$attend_left" ] || return 0
        ! run_ends || return 75
        kill -0 "$attend_worker" 2>/dev/null || return 1 # nobody waits for this any more
        attend_looks=$((attend_looks + 1))
        if [ "$attend_looks" -gt 20 ]; then sleep 1; else nap; fi
    done
}

run_ends() { # has another step failed, so that what only waits need not go on?
    # Before a rollback, a start comes to its end: what is done is undone.
    [ -f "$run_dir/halted" ] || return 1
    run_ends_how=''
    read -r run_ends_how <"$run_dir/halted" || :
    [ "$part:$run_ends_how" != validate:rollback ]
}

note() { # keeps of a container which one it is, since when it has run, and how often it had been restarted
    eval "note_id=\${look_id_$c_number-} note_base=\${look_base_$c_number-0} note_run=\${look_run_$c_number-} note_sick=\${look_sick_$c_number-}"
    if [ -z "$note_id" ]; then
        note_base=$c_restarts note_sick=''
        # Of one that is between two tries of a loop, the next one decides: Docker waits a minute before each.
        [ "$c_status" != restarting ] || note_base=$((c_restarts > 2 ? c_restarts - 2 : 0))
        [ "$c_health" != unhealthy ] || note_sick=$c_failures # as it may have been before what it needs came
    elif [ "$note_id" != "$c_id" ] || [ "$c_restarts" -lt "$note_base" ]; then
        note_base=0
    fi
    [ "$c_health" = unhealthy ] || note_sick=''
    [ "$c_status" = running ] || c_started=''
    if [ -z "$c_started" ] || [ "$note_run" != "$c_started" ]; then
        eval "look_since_$c_number=\$tenths look_run_$c_number=\$c_started"
    fi
    [ "$c_status" != restarting ] || eval "look_code_$c_number=\$c_code"
    [ "$c_status" = unknown ] || eval "look_id_$c_number=\$c_id look_base_$c_number=\$note_base look_sick_$c_number=\$note_sick"
}

attend_one() {
    note
    condition "$attend_want"
    [ "$c_status" = unknown ] || attend_heard=$now
    c_again=$((c_restarts - note_base))
    case $attend_want:$c_status:$c_health in
        running:running:* | once:running:* | ready:running:none)
            eval "[ \$((tenths - look_since_$c_number)) -ge \"\$attend_settle\" ]" || { is='' ail="has not yet run for $((attend_settle / 10)) s"; }
            ;;
        *:unknown:*) [ "$now" -lt $((attend_heard + 60)) ] || final=1 ;; # a daemon may be started anew
        healthy:*:unhealthy | ready:*:unhealthy) # but a probe that ended before the wait began says little
            [ "$c_failures" = 0 ] || [ "$c_failures" = "$note_sick" ] || final=1
            ;;
    esac
    [ -z "$is" ] || return 0
    attend_left=1
    case $attend_want:$c_retries in
        once:[1-9]* | completed:[1-9]*) ;; # Docker itself ends its tries
        *)
            if [ -z "$final" ] && [ "$c_again" -ge 3 ]; then
                eval "c_code=\${look_code_$c_number-}" # of one that runs just now it is 0
                final=1 ail="is in a restart loop: ${c_code:+it has exited with status $c_code, }$c_restarts restarts so far"
            fi
            ;;
    esac
    if [ -z "$final" ] && [ "$attend_limit" != 0 ] && [ "$now" -ge "$attend_end" ]; then
        final=1 ail="isn't $attend_want after $attend_limit s: it $ail"
    fi
    [ -n "$final" ] || return 0
    attend_ill=${attend_ill:-$c_name}
    attend_why="$attend_why${attend_why:+
}$c_name $ail"
}

last_probe() { # prints the template of how a healthcheck has ended last, and what it said
    cat <<'TEMPLATE'
{{$code := 0}}{{$said := ""}}{{with .State.Health}}{{range .Log}}{{$code = .ExitCode}}{{$said = .Output}}{{end}}{{end}}{{if or $code $said}}The healthcheck has ended with status {{$code}}: {{$said}}{{end}}
TEMPLATE
}

explain_container() { # CONTAINER TEXT WANT: its last lines, what its healthcheck said, the text, and what its hardening has to do with it
    told=$(docker logs --tail 50 "$1" 2>&1 </dev/null) || told=''
    [ -z "$told" ] || printf '%s\n' "$told"
    case $3 in
        healthy | ready | well)
            told_probe=$(docker inspect --type container --format "$(last_probe)" "$1" 2>/dev/null </dev/null) || told_probe=''
            [ -z "$told_probe" ] || printf '%s\n' "$told_probe"
            ;;
    esac
    printf '%s\n' "$2"
    advise "$1"
}

advise() { # CONTAINER, whose last lines are in told: what its hardening has to do with what they speak of, if it has that hardening
    hardened=$(docker inspect --type container --format '{{.HostConfig.ReadonlyRootfs}}|{{.Config.User}}|{{.HostConfig.CapDrop}}|{{.HostConfig.CapAdd}}' "$1" 2>/dev/null </dev/null) || return 0
    printf '%s\n' "$told" | hardened=$hardened LC_ALL=C awk '
        function lack(name) { asked = 1; if (!(name in kept)) lacks[name] = 1 }
        BEGIN {
            split(ENVIRON["hardened"], part, "|")
            user = part[2]; sub(/:.*/, "", user)
            root = user == "" || user == "root" || user == "0"
            for (i = 3; i <= 4; i++) { part[i] = toupper(part[i]); gsub(/[][]|CAP_/, "", part[i]) }
            dropped = (" " part[3] " ") ~ / ALL /; n = split(part[4], keeps, " ")
            for (i = 1; i <= n; i++) { kept[keeps[i]] = 1; left = left (i > 1 ? ", " : "") keeps[i]; list = list (i > 1 ? ", " : "") "\"" keeps[i] "\"" }
        }
        { line = tolower($0) }
        line ~ /read-only file system/ {
            unwritable = 1
            if (path == "" && match($0, /[ "\047\140(:=]\/[A-Za-z0-9._\/-]+/)) { path = substr($0, RSTART + 1, RLENGTH - 1); sub(/\/[^\/]*$/, "", path) }
            next
        }
        line ~ /no such|not found/ || line !~ /not permitted|denied|fail|can.?t|cannot|unable|error|must be run as root/ { next }
        line ~ /exec/ && line ~ /operation not permitted/ && line !~ /su-exec/ { file = 1; next }
        !root || line ~ /exec.*permission denied/ { next } # of what another user may not do, capabilities say little
        line ~ /set(e|re|res|fs)?[ug]id|setgroups|initgroups|set groups|failed switching to|su-exec|gosu|setpriv/ { lack("SETGID"); lack("SETUID"); next }
        line ~ /chown|changing ownership|change owner/ { lack("CHOWN"); next }
        line ~ /(chmod|permissions).*operation not permitted/ { lack("FOWNER"); next }
        line ~ /bind|listen/ && line ~ /permission denied/ { lack("NET_BIND_SERVICE"); next }
        line ~ /kill.*operation not permitted/ { lack("KILL"); next }
        line ~ /permission denied[^a-z]*$/ && line !~ /socket/ { lack("DAC_OVERRIDE"); next }
        line ~ /operation not permitted|must be run as root|socket.*permission denied/ { unnamed = 1 }
        END {
            if (unwritable && part[1] == "true")
                print "Its root file system is read-only. For what it has to write, give the service mount \"" (path == "" ? "/its/folder" : path) "\" { tmpfs = true }; or harden { read_only = false }."
            if (!dropped) exit
            n = split("CHOWN DAC_OVERRIDE FOWNER KILL NET_BIND_SERVICE SETGID SETUID", order, " ")
            for (i = 1; i <= n; i++) if (order[i] in lacks) { new = 1; list = list (list == "" ? "" : ", ") "\"" order[i] "\"" }
            if (new) advice = "cap_add = [" list "]"
            else if (file) advice = "the file capabilities of its program in cap_add (getcap shows them; it may be NET_BIND_SERVICE)"
            else if (unnamed && !asked) advice = "cap_add = […], with what it needs"
            else exit
            print "Its log speaks of a permission that it lacks: all capabilities are dropped" (left == "" ? "" : ", but " left) "."
            print "In the manifest, write in its harden block " advice ", or drop_caps = false, and the reason."
        }'
}

started_containers() { # STEP…: prints well|once|ended and a container, for those of the services that these steps leave started
    {
        effects
        for k in "$@"; do
            eval "started_action=\${a_$k-$k} started_status=\$s_$k"
            printf '>\t%s\t%s\n' "$started_action" "$started_status"
        done
        services
    } | LC_ALL=C awk -F '\t' '
        $1 == ">" {
            for (i = 1; i <= n[$2]; i++) {
                if (value[$2, i] == "true") up[name[$2, i]] = $3
                else if (kind[$2, i] == "started") delete up[name[$2, i]]
            }
            next
        }
        $2 == "fact" && match($3, /\.(started|healthy|completed)"$/) && $3 ~ /^"service\./ {
            n[$1]++
            kind[$1, n[$1]] = substr($3, RSTART + 1, RLENGTH - 2)
            name[$1, n[$1]] = substr($3, 10, RSTART - 10)
            value[$1, n[$1]] = $5
        }
        NF == 1 {
            m = split($1, word, " ")
            if (!(word[1] in up)) next
            if (word[2] == "running") word[2] = "well"
            else if (up[word[1]] == "done") word[2] = "ended"
            for (i = 3; i <= m; i++) print word[2], word[i]
        }'
}

look_at_services() { # looks once at the containers of what the plan starts, and complains about those that don't run; 6 when there are such
    services_count=0 services_bad=0 services_unknown=''
    [ -n "$compose_file" ] || return 0
    expected_steps
    set --
    for k in $expected; do set -- "$@" "$k"; done
    services_list=$(started_containers "$@")
    set --
    while read -r services_want services_name; do
        [ -n "$services_name" ] || continue
        set -- "$@" "$services_name"
        eval "services_want_$#=\$services_want"
    done <<LIST
$services_list
LIST
    services_count=$#
    [ $# != 0 ] || return 0
    open_stage
    rm -f "$run_dir/unwell"
    look "$@"
    services_again=''
    each_looked service_seen
    if [ -n "$services_again" ]; then # one that was restarted and runs may be in a loop all the same
        sleep 3
        look "$@"
    fi
    each_looked service_one
    [ -z "$services_unknown" ] || { complain "The containers can't be looked at; docker says: $look_said"; return 3; }
    [ "$services_bad" != 0 ] || return 0
    complain "$services_bad of $services_count containers don't run as they should."
    return 6
}

service_seen() {
    eval "services_restarts_$c_number=\$c_restarts"
    [ "$c_status" != running ] || [ "$c_restarts" = 0 ] || services_again=1
}

service_one() {
    eval "services_want=\$services_want_$c_number"
    case $services_want:$c_status in
        ended:missing) return 0 ;; # it has done its work
        ended:*) services_want=once ;;
        *:unknown) services_unknown=1 ;;
    esac
    condition "$services_want"
    eval "services_restarts=\$services_restarts_$c_number"
    [ "$c_status" != running ] || [ "$c_restarts" -le "$services_restarts" ] || { is='' ail="is in a restart loop: $c_restarts restarts so far"; }
    [ -z "$is" ] || return 0
    services_bad=$((services_bad + 1))
    [ -z "$services_unknown" ] || return 0
    complain "$c_name $ail."
    printf '%s %s.\n' "$c_name" "$ail" 2>/dev/null >>"$run_dir/unwell"
    [ "$c_status" != missing ] || return 0
    explain_container "$c_name" '' "$services_want" | tail -n 12 | LC_ALL=C tr -d '\000-\010\013-\037' | sed '/^$/d; s/^/    | /' >>"$run_dir/screen"
}

expected_steps() { # sets expected to the steps that are done, or are to be: not the optional ones that aren't, nor what needs these
    load_plan
    load_state
    expected='' expected_not=' '
    for k in $steps; do
        eval "expected_status=\$s_$k expected_needs=\${n_$k-}"
        if [ "$expected_status" != 'done' ]; then
            describe "$k"
            [ -z "$only$skip" ] || optional=1
            for expected_need in $expected_needs; do
                case $expected_not in *" $expected_need "*) optional=1 ;; esac
            done
            if [ -n "$optional" ]; then
                expected_not="$expected_not$k "
                continue
            fi
        fi
        expected="$expected $k"
    done
}

# ---- before it starts

problem() { # TEXT HOW-TO-MEND-IT
    problems=$((problems + 1))
    complain "$1"
    complain "  $2"
}

digest() { # FILE…: prints "sum  file" lines
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum -- "$@"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 -- "$@"
    else
        return 1
    fi
}

check_kit() { # refuses a kit whose files aren't those that this script was made with
    command -v sha256sum >/dev/null 2>&1 || command -v shasum >/dev/null 2>&1 ||
        die 3 'Neither sha256sum nor shasum is here, so the kit cannot be checked: install one of them.'
    kit_sums=$(checksums)
    [ -n "$kit_sums" ] || return 0
    set --
    while read -r sum file; do
        set -- "$@" "$file"
    done <<SUMS
$kit_sums
SUMS
    present=$(digest "$@" 2>/dev/null)
    [ "$present" != "$kit_sums" ] || return 0
    [ ! -f "$base/accepted" ] || [ "$present" != "$(cat "$base/accepted")" ] || return 0
    if [ -n "$accept_edits" ]; then
        [ -n "$dry_run" ] && return 0
        for file in "$@"; do
            [ -f "$file" ] || die 5 "The kit's file $file is missing: only edits can be accepted. Build the kit again."
        done
        make_folders
        put "$base/accepted" "$present" || die 3 "Nothing can be written in $base: is the disk full?"
        return 0
    fi
    while read -r sum file; do
        if [ ! -f "$file" ]; then
            complain "The kit's file $file is missing."
        elif [ "$(digest "$file")" != "$sum  $file" ]; then
            complain "The kit's file $file isn't the one that this script was made with."
        fi
    done <<SUMS
$kit_sums
SUMS
    die 5 'Build the kit again, or run with --accept-edits if the edits are meant.'
}

dotenv() { # NAME: sets dotenv_value and dotenv_found from .env
    { set +x; } 2>/dev/null # a trace must not show them
    dotenv_value='' dotenv_found=''
    [ -f .env ] || return 0
    while IFS= read -r dotenv_line || [ -n "$dotenv_line" ]; do
        case $dotenv_line in
            "$1="*)
                dotenv_found=1
                dotenv_value=${dotenv_line#*=}
                case $dotenv_value in
                    \"*\") dotenv_value=${dotenv_value#\"} dotenv_value=${dotenv_value%\"} ;;
                    \'*\') dotenv_value=${dotenv_value#\'} dotenv_value=${dotenv_value%\'} ;;
                esac
                ;;
        esac
    done <.env
}

check_env() { # placeholders must have been replaced; a secret that .env sets is the one to use
    { set +x; } 2>/dev/null
    [ -f .env ] || return 0
    while IFS= read -r env_line || [ -n "$env_line" ]; do
        case $env_line in
            \#*) ;;
            *=CHANGE_ME* | *=[\"\']CHANGE_ME*)
                problem "In .env, ${env_line%%=*} still has its placeholder." \
                    'Set it, or remove the line: this script makes the secrets that are missing.'
                ;;
        esac
    done <.env
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        [ -n "$dotenv_found" ] || continue
        case $dotenv_value in
            CHANGE_ME*) ;;
            '' | *[!A-Za-z0-9._~-]*)
                problem "In .env, ${env_pair%%=*} must be made of letters, digits and . _ ~ - alone, for it becomes part of URLs." 'Set it so, or remove the line.'
                ;;
            *)
                secret_value=''
                [ ! -f "$base/secrets/${env_pair#*=}" ] || IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
                if [ -n "$secret_value" ] && [ "$secret_value" != "$dotenv_value" ]; then
                    problem "In .env, ${env_pair%%=*} isn't the secret that the deployment was made with." \
                        "Remove the line, or put the value of $base/secrets/${env_pair#*=} in its place."
                fi
                ;;
        esac
    done
}

adopt_env() { # takes the secrets that .env sets
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        dotenv "${env_pair%%=*}"
        if [ -n "$dotenv_value" ] && [ ! -f "$base/secrets/${env_pair#*=}" ]; then
            printf '%s' "$dotenv_value" >"$base/secrets/${env_pair#*=}.new" && chmod 444 "$base/secrets/${env_pair#*=}.new" &&
                mv -f "$base/secrets/${env_pair#*=}.new" "$base/secrets/${env_pair#*=}"
        fi
    done
}

write_env() { # adds the exposed secrets that have been made to .env (0600)
    { set +x; } 2>/dev/null
    for env_pair in $exposed; do
        [ -f "$base/secrets/${env_pair#*=}" ] || continue
        dotenv "${env_pair%%=*}"
        [ -z "$dotenv_found" ] || continue
        secret_value=''
        IFS= read -r secret_value <"$base/secrets/${env_pair#*=}" || :
        {
            [ ! -f .env ] || cat .env
            printf '%s=%s\n' "${env_pair%%=*}" "$secret_value"
        } >"$base/env.new" && chmod 600 "$base/env.new" && mv -f "$base/env.new" .env
    done
}

version_at_least() { # HAVE OP WANT, each a dotted version
    LC_ALL=C awk 'BEGIN {
        n = split(ARGV[1], a, "."); m = split(ARGV[3], b, "."); op = ARGV[2]; c = 0
        for (i = 1; i <= (n > m ? n : m) && !c; i++) c = (a[i] + 0 > b[i] + 0) - (a[i] + 0 < b[i] + 0)
        if (op == ">=") ok = c >= 0
        else if (op == ">") ok = c > 0
        else if (op == "<=") ok = c <= 0
        else if (op == "<") ok = c < 0
        else if (op == "==" || op == "=") ok = c == 0
        else if (op == "!=") ok = c != 0
        exit !ok
    }' "$1" "$2" "$3"
}

tool_version() { # TOOL: sets version to the first dotted number that it says
    case $1 in
        docker) version=$(docker version --format '{{.Server.Version}}' 2>/dev/null) ;;
        docker-compose) version=$compose_version ;;
        go) version=$(go version 2>/dev/null) ;;
        java) version=$(java -version 2>&1) ;;
        *) version=$("$1" --version </dev/null 2>&1) || version=$("$1" version </dev/null 2>&1) || version=$("$1" -V </dev/null 2>&1) ;;
    esac
    version=$(printf '%s\n' "$version" | LC_ALL=C awk 'match($0, /[0-9]+(\.[0-9]+)*/) { print substr($0, RSTART, RLENGTH); exit }')
}

need_tool() { # TOOL[OP VERSION]
    tool=${1%%[<>=!]*}
    tool_rest=${1#"$tool"}
    tool_want=${tool_rest##*[<>=!]}
    tool_op=${tool_rest%"$tool_want"}
    case " $tools_checked " in *" $1 "*) return 0 ;; esac
    tools_checked="$tools_checked $1"
    if ! command -v "$tool" >/dev/null 2>&1; then
        if [ "$tool" != docker-compose ] || [ -z "${COMPOSE-}" ]; then
            problem "The program '$tool' is not here." "Install it${tool_want:+ (version $tool_op $tool_want)}."
            return 0
        fi
    fi
    [ -n "$tool_want" ] || return 0
    tool_version "$tool"
    if [ -z "$version" ]; then
        problem "The version of '$tool' cannot be told." "The plan needs $tool $tool_op $tool_want."
    elif ! version_at_least "$version" "$tool_op" "$tool_want"; then
        problem "'$tool' is version $version here." "The plan needs $tool $tool_op $tool_want."
    fi
}

find_compose() { # sets and exports COMPOSE: the plugin, or the standalone program of version 2
    compose_version=''
    if compose_version=$(docker compose version --short 2>/dev/null) && [ -n "$compose_version" ]; then
        COMPOSE='docker compose'
    elif compose_version=$(docker-compose version --short 2>/dev/null) && [ -n "$compose_version" ]; then
        COMPOSE=docker-compose
    else
        COMPOSE=''
    fi
    compose_version=${compose_version#v}
    [ -z "$COMPOSE" ] || COMPOSE="$COMPOSE -f docker-compose.yml -p $project"
    export COMPOSE
}

too_old() { # PROGRAM NAME VERSION LEAST: says what in the kit needs a newer one
    old_named=''
    while read -r old_program old_least old_key; do
        if [ "$old_program" = "$1" ] && ! version_at_least "$3" '>=' "$old_least"; then
            problem "$old_key needs $2 $old_least or later; this is $3." "Install $2 $4 or later."
            old_named=1
        fi
    done <<NEEDS
$(needs)
NEEDS
    [ -n "$old_named" ] || problem "$2 is version $3 here." "The kit needs $4 or later."
}

check_docker() {
    if ! command -v docker >/dev/null 2>&1; then
        problem "The program 'docker' is not here." 'Install Docker Engine.'
        return 0
    fi
    if ! docker version --format '{{.Server.Version}}' >/dev/null 2>&1; then
        problem 'The Docker daemon does not answer.' "Start it, or let this user reach it (docker version says why)."
        return 0
    fi
    tool_version docker
    version_at_least "$version" '>=' "$min_docker" || too_old engine 'Docker Engine' "$version" "$min_docker"
    [ -n "$min_compose" ] || return 0
    find_compose
    if [ -z "$COMPOSE" ]; then
        problem 'Docker Compose is not here.' "Install its plugin, or the standalone docker-compose, of version $min_compose or later."
    elif ! version_at_least "$compose_version" '>=' "$min_compose"; then
        too_old compose 'Docker Compose' "$compose_version" "$min_compose"
    fi
}

listening() { # PORT: does somebody listen there (TCP)?
    if [ -r /proc/net/tcp ]; then
        for net_file in /proc/net/tcp /proc/net/tcp6; do
            [ -r "$net_file" ] || continue
            hex=$(printf '%04X' "$1")
            LC_ALL=C awk -v port="$hex" '$4 == "0A" { n = split($2, a, ":"); if (a[n] == port) found = 1 } END { exit !found }' "$net_file" && return 0
        done
        return 1
    fi
    netstat -an 2>/dev/null | LC_ALL=C awk -v port="$1" '/LISTEN/ { n = split($4, a, /[.:]/); if (a[n] == port) found = 1 } END { exit !found }'
}

check_ports() { # published ports of containers that don't run yet must be free
    while read -r port_container port_number _; do
        [ -n "$port_number" ] || continue
        listening "$port_number" || continue
        [ "$(docker inspect --type container --format '{{.State.Running}}' "$port_container" 2>/dev/null)" = true ] && continue
        problem "Port $port_number, which $port_container publishes, is in use." 'Stop what listens there, or give the port another number in the manifest.'
    done <<PORTS
$(ports)
PORTS
}

check_disk() {
    disk_space .
    [ -z "$disk_free" ] || [ "$disk_free" -ge "$min_disk_kb" ] ||
        problem "Only $((disk_free / 1024)) MB of disk are free here." "The kit needs $((min_disk_kb / 1024)) MB."
}

preflight() { # STEP…: all prerequisites of these steps at once
    problems=0 tools_checked='' preflight_docker='' preflight_start='' preflight_tools=''
    check_env
    for k in "$@"; do
        describe "$k"
        case $kind in
            action) preflight_docker="$preflight_docker$service" ;;
            service.start) preflight_docker=1 preflight_start=1 ;;
            secret.make) ;;
            *) preflight_docker=1 ;;
        esac
        preflight_tools="$preflight_tools $tools"
    done
    [ -z "$preflight_docker" ] || check_docker
    for preflight_tool in $preflight_tools; do
        need_tool "$preflight_tool"
    done
    for preflight_tool in $criteria_tools; do
        need_tool "$preflight_tool"
    done
    [ -z "$preflight_start" ] || [ "$problems" != 0 ] || check_ports
    check_disk
    [ "$problems" = 0 ] || die 3 "Nothing has been started: $problems prerequisite(s) are missing."
}

# ---- what an earlier run left

check_plan() { # the state must be this plan's
    [ -f "$state_dir/plan" ] || return 0
    read -r plan_was plan_goal <"$state_dir/plan" || :
    [ "$plan_was" != "$plan_hash" ] || return 0
    [ -z "$accept_edits" ] || return 0
    complain "What is recorded in $state_dir belongs to another plan (of goal '$plan_goal')."
    die 5 'Run with --accept-edits to keep what is done of it, or ./deploy.sh reset to start anew.'
}

survivors() { # of a run that was killed: waits for its workers, ends bodies that nobody watches
    set +f
    set -- "$state_dir"/*.run
    set -f
    for record in "$@"; do
        [ -f "$record" ] || continue
        read_record "$record"
        [ "$record_boot" = "$boot" ] || continue
        key=${record##*/}
        key=${key%.run}
        if same_process "$record_worker" "$record_worker_start"; then
            say "Waiting for step $key, which an interrupted run left at work (process $record_worker). To end it: kill $record_worker"
            while same_process "$record_worker" "$record_worker_start"; do nap; done
            continue
        fi
        [ -n "$record_body" ] || continue
        case " $steps " in *" $key "*) describe "$key" ;; *) has='' timeout=0 ;; esac
        if same_process "$record_body" "$record_body_start"; then
            case $has in
                *validate*)
                    survivor_end="kill -TERM -$record_body" # its process group
                    [ "$grouping" != tree ] || survivor_end="kill $record_body"
                    say "Waiting for the end of step $key, which an interrupted run left at work (process $record_body). To end it: $survivor_end"
                    clock
                    survivor_deadline=$((now + timeout))
                    while same_process "$record_body" "$record_body_start"; do
                        nap
                        [ "$timeout" = 0 ] || { clock; [ "$now" -lt "$survivor_deadline" ] || break; }
                    done
                    ;;
            esac
            ! same_process "$record_body" "$record_body_start" || end_body "$record_body"
        fi
    done
}

end_leftovers() { # STEP: of an in-flight step that is to run again
    read_record "$state_dir/$1.run"
    if [ "$record_boot" = "$boot" ] && [ -n "$record_body" ]; then
        started "$record_body"
        [ -n "$start_time" ] || ! body_lives "$record_body" || end_body "$record_body"
    fi
    rm -f "$state_dir/$1.run"
}

needed_still() { # STEP: does an undone step, or the goal, still need one of its effects?
    # A link is CONSUMER, or CONSUMER:STEP,… with the later steps that overwrite the effect.
    eval "set -- \${l_$1-}"
    for link in "$@"; do
        consumer=${link%%:*}
        case $consumer in
            goal) return 0 ;;
            included) continue ;; # that it was done stays true
        esac
        eval "consumer_status=\$s_$consumer"
        [ "$consumer_status" != 'done' ] || continue
        overwritten "$link" || return 0
    done
    return 1
}

overwritten() { # LINK: has a step that was done overwritten the effect? sets destroyer
    case $1 in *:*) ;; *) return 1 ;; esac
    overwritten_rest=${1#*:},
    while [ -n "$overwritten_rest" ]; do
        destroyer=${overwritten_rest%%,*}
        overwritten_rest=${overwritten_rest#*,}
        eval "destroyer_was=\${o_$destroyer-}"
        [ "$destroyer_was" != 'done' ] || return 0
    done
    return 1
}

judge() { # decides by validation what is really done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        [ "$judge_status" != 'done' ] || eval "o_$k=done"
    done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        case $judge_status in
            changed) eval "judge_id=\${id_$k-$k}"; say "$judge_id has changed since it was done: it is done again."; undo "$k" ;;
            failed) eval "s_$k=todo" ;;
            flight)
                read_record "$state_dir/$k.run"
                [ -n "$record_exit" ] || continue
                eval "judge_id=\${id_$k-$k}"
                say "$judge_id was in flight when the last run ended, and its body has failed (status $record_exit): it is run again."
                end_leftovers "$k"
                eval "s_$k=todo"
                ;;
        esac
    done
    for k in $redo; do undo "$k"; done # todo already, where a fallback stood in for it
    while :; do
        set --
        for k in $steps; do
            eval "judge_status=\$s_$k judge_seen=\${v_$k-}"
            [ -z "$judge_seen" ] || continue
            case $judge_status in
                flight) ;;
                done) needed_still "$k" || continue ;;
                *) continue ;;
            esac
            describe "$k"
            case $has in
                *validate*) set -- "$@" "$k" ;;
                *) eval "v_$k=none" ;;
            esac
        done
        [ $# -gt 0 ] || break
        engine check "$jobs" "$@"
        [ -z "$signalled" ] || return 0
        for k in "$@"; do
            eval "judge_status=\$s_$k judge_seen=\${v_$k-} judge_id=\${id_$k-$k}"
            case $judge_status:$judge_seen in
                *:unrecorded | *:unwritten)
                    why_unwritten
                    die 3 "Whether $judge_id is done cannot be told: $why."
                    ;;
                flight:valid)
                    clock
                    describe "$k"
                    read_record "$state_dir/$k.run"
                    [ "$record_hash" = "$hash" ] || continue
                    if ! { printf 'end %s %s valid\n' "$now" "$now" >>"$state_dir/$k.run"; } 2>/dev/null ||
                        ! durable "$state_dir/$k.run" || ! mv -f "$state_dir/$k.run" "$state_dir/$k.done" || ! durable "$state_dir"; then
                        die 3 "$judge_id is done, but that cannot be recorded in $state_dir: is the disk full?"
                    fi
                    eval "s_$k=done"
                    say "$judge_id was in flight when the last run ended, and is done."
                    ;;
                done:valid) ;;
                done:*)
                    say "$judge_id no longer holds: it and what needs it are done again."
                    undo "$k"
                    ;;
            esac
        done
    done
    for k in $steps; do
        eval "judge_status=\$s_$k"
        if [ "$judge_status" = flight ]; then
            end_leftovers "$k"
            eval "s_$k=todo"
        fi
    done
}

check_destroyed() { # a step to do must not need what a later step, done before, has destroyed
    for k in $steps; do
        eval "destroyed_links=\${l_$k-} destroyed_status=\$s_$k destroyed_id=\${id_$k-$k}"
        [ "$destroyed_status" = 'done' ] || continue
        for link in $destroyed_links; do
            consumer=${link%%:*}
            case $consumer in goal | included) continue ;; esac
            eval "consumer_status=\$s_$consumer consumer_id=\${id_$consumer-$consumer}"
            [ "$consumer_status" = todo ] || continue
            overwritten "$link" || continue
            eval "destroyer_id=\${id_$destroyer-$destroyer}"
            complain "$consumer_id has to be done again, but $destroyer_id has since destroyed what $destroyed_id had made for it."
            if write_world; then
                quote_word "$goal"
                quoted_goal=$quoted
                quote_word "$base/from-state.json"
                complain "Plan anew from what holds, in the manifest's folder: omegagen plan --goal $quoted_goal --from-state $quoted"
            fi
            die 5 "Or make it all again: ./deploy.sh up --from $destroyed_id"
        done
    done
}

write_world() { # writes what holds now as omegagen plan --from-state reads it
    # An effect holds while its step is done. What a step has destroyed stays so
    # even if the step is to be done again; what else that step wrote is unknown.
    {
        effects
        for k in $steps; do
            eval "world_now=\$s_$k world_was=\${o_$k-} world_action=\${a_$k-$k}"
            case $world_now:$world_was in
                done:*) world_now='done' ;;
                *:done) world_now='was' ;;
                *) continue ;;
            esac
            record_measures=''
            [ ! -f "$state_dir/$k.done" ] || read_record "$state_dir/$k.done"
            printf '>\t%s\t%s\t%s\n' "$world_action" "$world_now" "$record_measures"
        done
    } | LC_ALL=C awk -F '\t' '
        function set(kind, name, how, value, certain) {
            id = kind SUBSEP name
            if (!(id in order)) { order[id] = ++count; ids[count] = id }
            if (how == "empty" || how == "add" || how == "remove") {
                if (!certain) { val[id] = "null"; isset[id] = 0; return }
                if (how == "empty") { gen[id]++; isset[id] = 1; val[id] = ""; elems[id] = ""; return }
                if (!isset[id] && val[id] == "null") return
                isset[id] = 1
                if (!((id, value) in seen)) { seen[id, value] = 1; elems[id] = elems[id] "\t" value }
                has[id, value] = (how == "add") ? gen[id] + 1 : 0
                return
            }
            if (how == "+" || how == "-") {
                if (!certain || val[id] == "null" || val[id] == "") val[id] = "null"
                else val[id] = sprintf("%.15g", how == "+" ? val[id] + value : val[id] - value)
                return
            }
            if (!certain && value == "true") value = "false"
            else if (!certain && kind == "state" && value != "false") value = "null"
            val[id] = value
        }
        $1 == "-" { set($2, $3, $4, $5, 1); next }
        $1 != ">" { n[$1]++; line[$1, n[$1]] = $2 "\t" $3 "\t" $4 "\t" $5; next }
        {
            split("", measured)
            m = split($4, words, " ")
            for (i = 1; i <= m; i++) { at = index(words[i], "="); measured["\"" substr(words[i], 1, at - 1) "\""] = substr(words[i], at + 1) }
            for (i = 1; i <= n[$2]; i++) {
                split(line[$2, i], f, "\t")
                if (f[1] == "state" && f[3] == "=" && f[4] == "null" && (f[2] in measured) && measured[f[2]] !~ /[eE]/) f[4] = sprintf("%.15g", measured[f[2]])
                set(f[1], f[2], f[3], f[4], $3 == "done")
            }
        }
        END {
            for (i = 1; i <= count; i++) {
                id = ids[i]; split(id, p, SUBSEP)
                if (p[1] == "state") {
                    value = val[id]
                    if (isset[id]) {
                        value = ""
                        k = split(substr(elems[id], 2), e, "\t")
                        for (j = 1; j <= k; j++) if (has[id, e[j]] == gen[id] + 1) value = value (value == "" ? "" : ", ") e[j]
                        value = "[" value "]"
                    }
                    if (value != "") states = states (states == "" ? "" : ", ") p[2] ": " value
                }
                else if (val[id] == "true" && p[1] == "fact") facts = facts (facts == "" ? "" : ", ") p[2]
                else if (val[id] == "true") done = done (done == "" ? "" : ", ") p[2]
            }
            printf "{\"state\": {%s}, \"facts\": [%s], \"done\": [%s]}\n", states, facts, done
        }' >"$base/from-state.json"
}

quote_word() { # TEXT: sets quoted to a word for a shell that means TEXT
    case $1 in
        '' | *[!A-Za-z0-9_./:-]*) quoted="'$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")'" ;;
        *) quoted=$1 ;;
    esac
}

# ---- commands

command_up() {
    check_kit
    load_plan
    resolve_steps
    if [ -n "$dry_run" ]; then
        dry_run_up
        return 0
    fi
    make_folders
    take_lock
    load_plan # a run that has just ended may have taken a fallback
    resolve_steps
    back_to_plan
    check_plan
    survivors
    load_state
    judge
    [ -z "$signalled" ] || return $((128 + signalled))
    check_destroyed
    select_steps
    preflight_words
    for k in $steps; do
        unset "l_$k" # it has been decided what is done
        [ -n "$live" ] || unset "at_$k" # the live view alone asks for planned times
    done
    put "$state_dir/plan" "$plan_hash $goal" || die 3 "Nothing can be written in $state_dir: is the disk full?"
    adopt_env
    write_env
    clock
    up_began=$now
    run_selected
    clock
    span $((now - up_began))
    up_took=$span_text
    # A run that only looks says nothing about how long a deployment takes.
    [ -z "$selected" ] || printf '%s\n' $((now - up_began)) 2>/dev/null >"$state_dir/took"
    [ -z "$signalled" ] || {
        say "Interrupted after $up_took. ./deploy.sh goes on from here."
        return $((128 + signalled))
    }
    if [ -n "$failed_keys" ] && ! goal_holds; then
        if [ -n "$want_rollback" ]; then
            say 'Rolling back what is done.'
            load_plan # a run forgets what it no longer needs of it
            load_state
            roll_back
        fi
        write_report
        complain "The deployment failed after $up_took. Once the cause is mended, ./deploy.sh goes on from here."
        return 1
    fi
    if [ -n "$only$skip" ]; then
        say "Done ($up_took). Steps may be left: ./deploy.sh status lists them."
        look_at_services
        up_status=$?
        write_report
        return "$up_status"
    fi
    if [ -n "$failed_keys" ]; then
        say "Optional steps failed, but goal '$goal' is reached without them ($up_took)."
        failed_keys=''
    else
        say "All $total steps of goal '$goal' are done ($up_took)."
    fi
    name_orphans
    verify_all
    verify_status=$?
    write_report
    say "The report: $base/reports/report.md"
    return "$verify_status"
}

name_orphans() { # says which containers of an older kit are still there: what they do isn't in the manifest any more
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 0
    find_compose
    orphans_words=$COMPOSE
    for profile in $profiles; do orphans_words="$orphans_words --profile=$profile"; done
    set --
    for compose_word in $orphans_words config --services; do set -- "$@" "$compose_word"; done
    orphans_known=$("$@" 2>/dev/null </dev/null) && [ -n "$orphans_known" ] || return 0
    orphans_known=" $(printf '%s' "$orphans_known" | tr '\n' ' ') "
    orphans=$(docker ps --all --filter "label=com.docker.compose.project=$project" \
        --format '{{.Names}} {{.Label "com.docker.compose.service"}}' 2>/dev/null </dev/null) || return 0
    while read -r orphan orphan_service; do
        case $orphans_known in *" $orphan_service "*) continue ;; esac
        [ -z "$orphan" ] || say "The container $orphan is of an older kit, which had the service $orphan_service. To remove it: docker rm --force $orphan"
    done <<ORPHANS
$orphans
ORPHANS
}

goal_holds() { # though steps failed: all of them are optional, and the goal needs nothing that isn't done
    for k in $failed_keys; do
        describe "$k"
        [ -n "$optional" ] || return 1
    done
    load_plan
    load_state
    for k in $steps; do
        eval "holds_status=\$s_$k holds_links=\${l_$k-}"
        case $holds_status in done | skip) continue ;; esac
        case " $holds_links " in *' goal'[\ :]* | *' included '*) return 1 ;; esac
    done
}

resolve_steps() { # sets redo, only and skip from the options
    redo='' only='' skip=''
    while IFS= read -r resolve_line; do
        case $resolve_line in
            from:*)
                if [ -n "$detour" ] && [ "${resolve_line#from:}" = "$detour_id" ]; then
                    found=$detour
                else
                    find_step "${resolve_line#from:}" --from
                fi
                redo="$redo $found"
                ;;
            only:*) find_step "${resolve_line#only:}" --only; only="$only $found" ;;
            skip:*) find_step "${resolve_line#skip:}" --skip; skip="$skip $found" ;;
        esac
    done <<CHOICES
$choices
CHOICES
}

select_steps() { # sets selected: the steps to run, in the plan's order
    selected='' done_count=0
    for k in $skip; do eval "s_$k=skip"; done
    for k in $only; do
        eval "only_needs=\${n_$k-} only_id=\${id_$k-$k}"
        for only_need in $only_needs; do
            eval "only_status=\$s_$only_need only_need_id=\${id_$only_need-$only_need}"
            case $only_status in
                done | skip) ;;
                *) case " $only " in *" $only_need "*) ;; *) die 5 "--only $only_id: its need $only_need_id isn't done." ;; esac ;;
            esac
        done
        eval "s_$k=todo"
    done
    for k in $steps; do
        eval "select_status=\$s_$k"
        case $select_status in
            todo)
                case $only in
                    '') selected="$selected $k" ;;
                    *)
                        case " $only " in
                            *" $k "*) selected="$selected $k" ;;
                            *) eval "s_$k=left" ;;
                        esac
                        ;;
                esac
                ;;
            *) done_count=$((done_count + 1)) ;;
        esac
    done
}

preflight_words() {
    set --
    for k in $selected; do set -- "$@" "$k"; done
    preflight "$@"
}

run_selected() {
    set --
    for k in $selected; do set -- "$@" "$k"; done
    failed_keys=''
    if [ $# = 0 ]; then
        say "Nothing to do: all steps of goal '$goal' are done."
    else
        say "Goal '$goal': $# of $total steps to do, at most $jobs at once."
        run_steps "$@"
        [ -z "$wanted_detour" ] || decide_detour
    fi
    done_count=0
}

agreed() { # QUESTION: asks on the terminal; with --yes it needn't
    [ -z "$assume_yes" ] || return 0
    signals_end
    nap # let the printer come first
    nap
    printf '%s [y/N] ' "$1"
    read -r agreed_answer || agreed_answer=''
    [ -z "$stage" ] || signals_are_events
    case $agreed_answer in
        y | Y | yes | Yes | YES) return 0 ;;
    esac
    return 1
}

dry_run_up() { # what up would do; touches nothing
    load_state
    resolve_dry
    showing=1
    for k in $selected; do
        describe "$k"
        part=run key=$k
        say "$id${title:+  $title}"
        "action_$action" run
        case $has in *validate*) say '  validated by'; "action_$action" validate ;; esac
    done
    [ -n "$selected" ] || say "Nothing to do: all steps of goal '$goal' are done."
}

resolve_dry() {
    dry_queue=$redo # what is to be done again, with all that need it
    for k in $steps; do
        eval "select_status=\$s_$k"
        case $select_status in
            done) ;;
            changed) dry_queue="$dry_queue $k" ;;
            *) eval "s_$k=todo" ;;
        esac
    done
    while [ -n "${dry_queue# }" ]; do
        dry_queue=${dry_queue# }
        k=${dry_queue%% *}
        case $dry_queue in *' '*) dry_queue=${dry_queue#* } ;; *) dry_queue='' ;; esac
        eval "s_$k=todo dry_next=\${d_$k-}"
        for dry_one in $dry_next; do
            eval "select_status=\$s_$dry_one"
            [ "$select_status" = todo ] || dry_queue="$dry_queue $dry_one"
        done
    done
    select_steps
}

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
    check_kit
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
    check_kit
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
                [ "$kind" != service.start ] || back_compose=1
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
    check_kit
    load_plan
    if [ -z "$dry_run" ]; then
        confirm 'Roll back everything that is done?'
        make_folders
        take_lock
        survivors
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
        case $kind in
            service.start | service.await) undo "$k" ;;
            *) [ -z "$service" ] || undo "$k" ;;
        esac
    done
}

command_down() {
    check_kit
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
    check_kit
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

# ---- the report

write_report() { # in Markdown and JSON: what was planned, and what was measured
    report_md=$base/reports/report.md report_json=$base/reports/report.json
    can_write || { complain 'The report cannot be written: is the disk full?'; return 0; }
    stamp
    report_utc=$utc
    load_plan
    load_state
    usage >"$run_dir/usage"
    deviations >"$run_dir/deviations"
    report_markdown >"$report_md.new" && mv -f "$report_md.new" "$report_md"
    report_as_json >"$report_json.new" && mv -f "$report_json.new" "$report_json"
    # The next run tells from these how much time is left.
    for k in $steps; do
        eval "report_status=\$s_$k"
        [ "$report_status" = 'done' ] || continue
        read_record "$state_dir/$k.done"
        [ "$record_result" != 'done' ] || printf '%s %s\n' "$k" $((record_end - record_begin))
    done >"$base/durations.new" && mv -f "$base/durations.new" "$base/durations"
}

report_markdown() {
    cell "$system"
    printf '# Deployment report: %s\n\n' "$cell_text"
    cell "$goal"
    printf 'Written at %s for goal %s.' "$report_utc" "$cell_text"
    plan_end
    span "$plan_end"
    [ "$plan_end" = 0 ] || printf ' The plan is to take %s.' "$span_text"
    read_took
    if [ "$report_took" != null ]; then
        span "$report_took"
        printf ' The last run with steps to do took %s.' "$span_text"
    fi
    printf '\n\n## Steps\n\n| step | result | planned | actual | difference |\n|---|---|---:|---:|---:|\n'
    for k in $steps; do report_step "$k" md; done
    printf '\n## Deviations from the plan\n\n'
    if [ -s "$run_dir/deviations" ]; then
        while IFS= read -r report_line; do
            cell "$report_line"
            printf -- '- %s\n' "$cell_text"
        done <"$run_dir/deviations"
    else
        printf 'None.\n'
    fi
    report_table criteria criterion '## Success criteria' 'observed'
    report_table benchmarks benchmark '## Benchmarks' 'figure'
    printf '\n## Endpoints\n\n'
    ports | LC_ALL=C awk 'NF > 1 { found = 1 } END { exit !found }' || printf 'None.\n'
    ports | while read -r port_container port_number port_name port_bind; do
        [ -z "$port_number" ] || printf -- '- %s %s: %s:%s\n' "$port_container" "$port_name" "$port_bind" "$port_number"
    done
    [ -s "$run_dir/usage" ] || return 0
    printf '\n## Resource use\n\n| container | CPU | memory |\n|---|---:|---:|\n'
    while IFS='	' read -r usage_name usage_cpu usage_memory; do
        printf '| %s | %s | %s |\n' "$usage_name" "$usage_cpu" "$usage_memory"
    done <"$run_dir/usage"
}

report_as_json() {
    json "$system"
    printf '{"system":%s,' "$json_text"
    json "$goal"
    printf '"goal":%s,"written":"%s",' "$json_text" "$report_utc"
    plan_end
    printf '"planned_seconds":%s,' "$plan_end"
    read_took
    printf '"run_seconds":%s,' "$report_took"
    printf '"steps":['
    report_comma=''
    for k in $steps; do report_step "$k" json; done
    printf '],"deviations":['
    report_comma=''
    while IFS= read -r report_line; do
        json "$report_line"
        printf '%s%s' "$report_comma" "$json_text"
        report_comma=,
    done <"$run_dir/deviations"
    printf '],"criteria":['
    report_list criteria criterion observed
    printf '],"benchmarks":['
    report_list benchmarks benchmark figure
    printf '],"endpoints":['
    report_comma=''
    ports | while read -r port_container port_number port_name port_bind; do
        [ -n "$port_number" ] || continue
        printf '%s{"container":"%s","name":"%s","address":"%s","port":%s}' "$report_comma" "$port_container" "$port_name" "$port_bind" "$port_number"
        report_comma=,
    done
    printf '],"resource_use":['
    report_comma=''
    while IFS='	' read -r usage_name usage_cpu usage_memory; do
        printf '%s{"container":"%s","cpu":"%s","memory":"%s"}' "$report_comma" "$usage_name" "$usage_cpu" "$usage_memory"
        report_comma=,
    done <"$run_dir/usage"
    printf ']}\n'
}

read_took() { # sets report_took to the seconds that the last run of up that had steps to do took, null if it isn't known
    report_took=''
    [ ! -f "$state_dir/took" ] || read -r report_took <"$state_dir/took" || :
    case $report_took in '' | *[!0-9]*) report_took=null ;; esac
}

plan_end() { # sets plan_end to the planned end of the last step, in seconds
    plan_end=0
    for k in $steps; do
        planned "$k"
        [ "$planned_finish" -le "$plan_end" ] || plan_end=$planned_finish
    done
}

cell() { # TEXT: sets cell_text to TEXT for a cell of a Markdown table
    case $1 in
        *[!A-Za-z0-9\ .:,/=%_-]*) cell_text=$(printf '%s' "$1" | LC_ALL=C tr -s '\001-\037' ' ' | LC_ALL=C sed 's/[][\\`*<>|]/\\&/g') ;;
        *) cell_text=$1 ;;
    esac
}

deviations() { # lines on what went otherwise than planned
    [ ! -f "$run_dir/unwell" ] || cat "$run_dir/unwell"
    [ -z "$detour" ] || printf '%s failed, and another way to the goal was taken.\n' "$detour_id"
    for k in $steps; do
        eval "report_status=\$s_$k report_id=\${id_$k-$k}"
        case $report_status in
            done) ;;
            flight) printf '%s was interrupted.\n' "$report_id"; continue ;;
            *) printf '%s is not done (%s).\n' "$report_id" "$report_status"; continue ;;
        esac
        planned "$k"
        read_record "$state_dir/$k.done"
        report_actual=$((record_end - record_begin))
        if [ "$record_result" = valid ]; then
            printf '%s was found done, and did not run.\n' "$report_id"
        elif [ "$planned_takes" -gt 0 ] && [ "$report_actual" -gt $((2 * planned_takes + 10)) ]; then
            span "$report_actual"
            report_actual_text=$span_text
            span "$planned_takes"
            printf '%s took %s instead of %s.\n' "$report_id" "$report_actual_text" "$span_text"
        fi
    done
}

report_step() { # STEP FORMAT
    describe "$1"
    eval "report_status=\$s_$1"
    planned "$1"
    report_actual='' record_measures=''
    if [ "$report_status" = 'done' ]; then
        read_record "$state_dir/$1.done"
        report_actual=$((record_end - record_begin))
        report_status=$record_result
    fi
    if [ "$2" = json ]; then
        json "$id"
        printf '%s{"id":%s,"result":"%s","planned_seconds":%s,"actual_seconds":%s,"measures":{' \
            "$report_comma" "$json_text" "$report_status" "$planned_takes" "${report_actual:-null}"
        report_comma=''
        for report_measure in $record_measures; do
            json "${report_measure%%=*}"
            printf '%s%s:%s' "$report_comma" "$json_text" "${report_measure#*=}"
            report_comma=,
        done
        printf '}}'
        report_comma=,
        return 0
    fi
    report_planned_text='' report_difference=''
    if [ "$planned_takes" -gt 0 ]; then # otherwise nobody has said how long it takes
        span "$planned_takes"
        report_planned_text=$span_text
        [ -z "$report_actual" ] || report_difference=$((report_actual - planned_takes))s
    fi
    span "${report_actual:-0}"
    cell "$id"
    printf '| %s | %s%s | %s | %s | %s |\n' "$cell_text" "$report_status" "$record_measures" "$report_planned_text" \
        "${report_actual:+$span_text}" "$report_difference"
}

results() { # criteria|benchmarks: sets results to the lines about those that the kit has; an older kit may have had others
    results=''
    [ -f "$state_dir/$1" ] || return 0
    case $1 in
        criteria) results_keys=" $criteria " ;;
        *) results_keys=" $benchmarks " ;;
    esac
    while IFS= read -r results_line; do
        case $results_keys in *" ${results_line%%	*} "*) results="$results${results:+
}$results_line" ;; esac
    done <"$state_dir/$1"
}

report_table() { # FILE KIND HEADING COLUMN
    results "$1"
    [ -n "$results" ] || return 0
    printf '\n%s\n\n| | result | time | %s |\n|---|---|---:|---|\n' "$3" "$4"
    while IFS='	' read -r report_key report_result report_seconds report_text; do
        "describe_$2" "$report_key"
        span "$report_seconds"
        cell "$title"
        report_title=$cell_text
        cell "$report_text"
        printf '| %s | %s | %s | %s |\n' "$report_title" "$report_result" "$span_text" "$cell_text"
    done <<RESULTS
$results
RESULTS
}

report_list() { # FILE KIND FIELD
    results "$1"
    [ -n "$results" ] || return 0
    report_comma=''
    while IFS='	' read -r report_key report_result report_seconds report_text; do
        "describe_$2" "$report_key"
        json "$title"
        printf '%s{"title":%s,"result":"%s","seconds":%s,' "$report_comma" "$json_text" "$report_result" "$report_seconds"
        json "$report_text"
        printf '"%s":%s}' "$3" "$json_text"
        report_comma=,
    done <<RESULTS
$results
RESULTS
}

usage() { # container, CPU and memory that it uses just now, divided by tabs
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 0
    usage_names=$(ports | LC_ALL=C awk '{ print $1 }' | LC_ALL=C sort -u)
    set --
    for container in $usage_names; do
        [ "$(docker inspect --type container --format '{{.State.Running}}' "$container" 2>/dev/null)" != true ] || set -- "$@" "$container"
    done
    [ $# -gt 0 ] || return 0
    docker stats --no-stream --format '{{.Name}}	{{.CPUPerc}}	{{.MemUsage}}' "$@" 2>/dev/null </dev/null
}

# ---- the command line

help() {
    cat <<'HELP'
Usage: ./deploy.sh [COMMAND] [OPTION…]

Commands
  up              deploy: run the plan's steps that aren't done (the default)
  status          which steps are done
  verify          try the success criteria
  bench           run the benchmarks
  plan            print the plan (with --verbose its scripts too)
  logs ACTION     print an action's log
  report          print the last report
  rollback        undo what is done, in reverse order, where a rollback is declared
  down            remove the containers; data and images are kept
  reset           remove containers, networks, volumes, secrets and state

Options
  --goal GOAL     the goal whose plan to run
  --jobs N        at most N steps at once (8)
  --dry-run       print what would be done; touch nothing
  --skip ACTION   count it as done, in this run alone
  --only ACTION   run it alone; what it needs must be done
  --from ACTION   do it, and all that need it, again; of a step that another way
                  stands in for: go back to the plan
  --images        (reset) remove every image that the kit names as well, those
                  that it pulled or found here included
  --accept-edits  accept files of the kit that were edited, or the state of another plan
  --yes           don't ask; when a step fails and there is another way, take it
  --json          (status, plan, report) print JSON
  --no-color      no colours (NO_COLOR and TERM=dumb do the same)
  --verbose       say more
  --help          this text

Exit status: 0 done or nothing to do, 1 an action failed, 2 wrong usage,
3 a prerequisite is missing, 4 another run is at work, 5 the kit or its state
doesn't fit the plan, 6 a container doesn't run as it should, criteria or
benchmark targets not met, 128+n signal n.
HELP
}

open_closed() { # input and output that the caller has closed would be taken by the next file opened
    { true 4<&0; } 2>/dev/null || exec </dev/null
    { true 4>&1; } 2>/dev/null || exec >/dev/null
    { true 4>&2; } 2>/dev/null || exec 2>/dev/null
}

check_utilities() { # what this script itself cannot do without
    utilities_missing=''
    for utility in awk sed date od cat mv rm ln mkdir mkfifo chmod sync sleep tail wc tr grep dirname; do
        command -v "$utility" >/dev/null 2>&1 || utilities_missing="$utilities_missing $utility"
    done
    [ -r /proc/self/stat ] && [ "$grouping" != tree ] || command -v ps >/dev/null 2>&1 || utilities_missing="$utilities_missing ps"
    [ -z "$utilities_missing" ] || die 3 "These utilities of every POSIX system are not in PATH:$utilities_missing. Install them, or set PATH."
}

choose_goal() { # sets goal_key and plan_hash
    goal=${goal:-$default_goal}
    if ! goal_named "$goal"; then
        goal_list=''
        goal_names=$(goals)
        set --
        while IFS= read -r goal_line; do
            set -- "$@" "$goal_line"
            goal_list="$goal_list${goal_list:+, }$goal_line"
        done <<GOALS
$goal_names
GOALS
        usage_error "there is no goal '$goal' (there are: $goal_list)" "$goal" "$@"
    fi
}

parse() {
    command='' argument='' choices=''
    while [ $# -gt 0 ]; do
        case $1 in
            --goal=* | --jobs=* | --skip=* | --only=* | --from=*)
                option=${1%%=*} value=${1#*=}
                shift
                set -- "$option" "$value" "$@"
                ;;
        esac
        case $1 in
            --goal | --jobs | --skip | --only | --from)
                [ $# -gt 1 ] || usage_error "$1 needs a value" ''
                case $1 in
                    --goal) goal=$2 ;;
                    --jobs) jobs=$2 ;;
                    *) choices="$choices
${1#--}:$2" ;;
                esac
                shift
                ;;
            --dry-run) dry_run=1 ;;
            --images) with_images=1 ;;
            --accept-edits) accept_edits=1 ;;
            --yes | -y) assume_yes=1 ;;
            --json) as_json=1 ;;
            --no-color) no_color=1 ;;
            --verbose | -v) verbose=1 ;;
            --help | -h) command=help ;;
            --push) usage_error "this version of the kit can't push: run ./deploy.sh, which builds the images here, and then 'docker push NAME' for each one that has a registry" '' ;;
            -*) usage_error "there is no option '$1'" "$1" --goal --jobs --skip --only --from --dry-run --images --accept-edits --yes --json --no-color --verbose --help ;;
            *)
                if [ -z "$command" ]; then
                    command=$1
                elif [ "$command" = logs ] && [ -z "$argument" ]; then
                    argument=$1
                elif [ "$command" != help ]; then
                    usage_error "'$1' is one argument too many" ''
                fi
                ;;
        esac
        shift
    done
    command=${command:-up}
    case $jobs in
        '' | *[!0-9]* | 0*) usage_error "--jobs wants a whole number from 1, not '$jobs'" '' ;;
    esac
}

# The variables that the scheduler and its workers use all the time, and those
# that only eval sets. They are made before the plan's, for shells look through
# variables in the order in which these were made.
variables() {
    k='' key='' r='' now=0 utc='' clock_up='' clock_day='' clock_date='' day=0 month=0 year=0 era_day=0 era_year=0 year_day=0
    hour=0 minute=0 second=0 span_text='' me=0 me_line='' start_time='' started_line='' process_field=0 process_word=''
    mode='' limit=0 ready='' ready_i=0 ready_last=0 ready_head='' ready_head_i=0 ready_before='' ready_rest=''
    running='' running_count=0 halt='' position='' event='' event_key='' event_1='' event_2='' left=0
    count_list='' count_need='' count_uses='' count_use='' count_status='' offer_uses='' offer_use='' offer_r='' offer_head=''
    offer_free=0 next_head='' next_status='' next_left=0 on_end_running='' ended_uses='' ended_use='' ended_r=''
    ended_dependents='' ended_status='' tick_worker='' tick_limit=0 live_began=0 live_id='' live_text='' live_seconds=0
    action='' id='' title='' kind='' service='' has='' timeout=0 retries=0 backoff=0 on_failure='' optional=''
    skip_when_valid='' runbooks='' tools='' hash='' block='' part='' log='' record='' rc=0 woken='' unwritten='' attempt=0 outcome='' begun=0
    claim_status=0 body_file='' body_line='' body_before='' body_watch='' body_apart='' steps='' total=0 resources='' load_need='' load_needs='' grouping='' setsid=''
    record_word='' record_1='' record_2='' record_3='' record_hash='' record_begin='' record_end='' record_result=''
    record_worker='' record_worker_start='' record_boot='' record_body='' record_body_start='' record_exit='' record_measures=''
    changed_uses='' changed_use='' changed_left='' left_off='' end_waits_changed='' note_id='' note_base=0 note_run='' note_sick=''
    started_action='' started_status='' expected_status='' expected_needs='' services_want='' services_restarts=0
    planned_start=0 planned_finish=0 planned_takes=0 undo_this='' undo_status='' undo_next='' undo_next_step='' link=''
    consumer='' consumer_status='' consumer_id='' destroyer='' destroyer_was='' destroyer_id='' destroyed_status=''
    destroyed_links='' destroyed_id='' judge_status='' judge_seen='' judge_id='' select_status='' selected=''
    skip_key='' skip_status='' skip_id='' only_need='' only_needs='' only_status='' only_id='' only_need_id='' find_id=''
    dry_next='' detour_function='' detour_id='' other_way='' decide_status='' holds_status='' holds_links='' world_now='' world_was='' world_action='' row=0 without_kept='' without_steps='' plan_id='' plan_need='' plan_needs='' back_status='' report_status='' report_actual='' report_id=''
    report_planned_text='' report_comma='' json_text='' status_word='' status_seconds=''
}

main() {
    set -uf
    variables
    user_umask=$(umask)
    umask 077
    stage='' lock='' live='' verbose='' dry_run='' accept_edits='' assume_yes='' as_json='' no_color='' with_images=''
    showing='' goal='' jobs=8 signalled='' want_rollback='' wanted_detour='' detour='' before_detour='' done_count=0 ended_count=0 job_count=0 later_count=0 closing=''
    env_count=0 env_words='' c_good='' c_bad='' c_off='' failed_keys='' child='' stop='' late='' only='' skip='' redo='' printer='' boot=''
    the_kit
    open_closed
    parse "$@"
    case $command in
        up | status | verify | bench | plan | logs | report | rollback | down | reset) ;;
        help) help; return 0 ;;
        *) usage_error "there is no command '$command'" "$command" up status verify bench plan logs report rollback down reset ;;
    esac
    choose_grouping
    check_utilities
    kit_dir=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || die 3 'The folder of this script cannot be entered.'
    cd "$kit_dir" || die 3 "The folder $kit_dir cannot be entered."
    base=$kit_dir/.omegagen
    state_dir=$base/state log_dir=$base/logs run_dir=$base/run
    watch_bodies
    choose_goal
    find_clock
    if [ -t 1 ] && [ "${TERM-dumb}" != dumb ]; then
        live=1
        if [ -z "${NO_COLOR-}" ] && [ -z "$no_color" ]; then
            c_good=$(printf '\033[32m') c_bad=$(printf '\033[31m') c_off=$(printf '\033[0m')
        fi
    fi
    signals_end
    case $command$dry_run in
        plan* | status* | logs* | report* | up?*) ;; # a reader who has seen enough ends what only prints
        *) trap '' PIPE ;; # but no deployment; bodies have it back
    esac
    case $command in
        up) command_up ;;
        status) command_status ;;
        verify) command_verify ;;
        bench) command_bench ;;
        plan) command_plan ;;
        logs) command_logs ;;
        report) command_report ;;
        rollback) command_rollback ;;
        down) command_down ;;
        reset) command_reset ;;
    esac
    main_status=$?
    finish
    return "$main_status"
}
