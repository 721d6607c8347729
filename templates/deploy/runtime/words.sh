# ---- messages and text

say() { # TEXT: prints one line
    if [ -n "$stage" ]; then
        { printf '%s\n' "$1" >>"$run_dir/screen"; } 2>/dev/null || printf '%s\n' "$1" # on a full disk
    else
        printf '%s\n' "$1"
    fi
}

complain() { # TEXT: prints one line as an error
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

find_clock() { # lets clock read the time without starting a process, where /proc/uptime exists
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

stamp() { # sets now, and utc to now in ISO 8601
    clock
    if [ "$clock_day" != $((now / 86400)) ]; then
        clock_day=$((now / 86400))
        # Days count from 1 March 2000: a leap day is then the last day of its year.
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

one_line() { # TEXT: sets line to it, with single spaces for line breaks, and none around it
    line=$1
    case $1 in
        *"
"*) line=$(printf '%s' "$1" | tr -s '\n' ' ') ;;
    esac
    line=${line# } line=${line% }
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

nearest() { # WORD CANDIDATE…: sets nearest_word to the most similar candidate, '' if none is similar
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

show_log() { # STEP: prints the last lines of its log
    tail -n 15 "$log_dir/$1.log" 2>/dev/null | last_attempt | LC_ALL=C tr -d '\000-\010\013-\037' | sed 's/^/    | /' >>"$run_dir/screen"
    say "Log: $log_dir/$1.log"
}

last_attempt() { # filters the end of a log: drops what earlier attempts wrote
    LC_ALL=C awk '
        /^=== [0-9TZ:-]+ start / { n = 0 }
        { line[n++] = $0 }
        END { for (i = 0; i < n; i++) print line[i] }'
}

show_runbook() { # NAME: prints that section of RUNBOOK.md
    [ -f "$runbook_file" ] || { printf 'Runbook %s: %s not found.\n' "$1" "$runbook_file"; return 0; }
    anchor="<a id=\"$1\"></a>" LC_ALL=C awk -v file="$runbook_file" -v name="$1" '
        $0 == ENVIRON["anchor"] { found = 1; print "Runbook: " file "#" name; next }
        !found { next }
        fence != "" { if ($0 == fence) fence = ""; else print "    " $0; next }
        /^<a id="/ { exit }
        /^(```|~~~)/ { fence = $0; sub(/[^`~].*/, "", fence); next }
        /^Covers / || $0 == "" { next }
        /^#+ / { sub(/^##+ /, "") }
        { print "  " $0 }
        END { if (!found) print "Runbook " name ": " file " has no such section." }' "$runbook_file"
}

usage_error() { # TEXT WORD CANDIDATE…: reports wrong usage, suggests a candidate, exits with 2
    usage_text=$1
    shift
    nearest "$@"
    [ -z "$nearest_word" ] || usage_text="$usage_text; did you mean '$nearest_word'?"
    complain "$usage_text"
    complain "./deploy.sh --help lists the commands and options."
    exit 2
}
