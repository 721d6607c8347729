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
            say "          log: $log_dir/verify-$1.log"
            blame_disk
            for runbook in $runbooks; do
                show_runbook "$runbook" >>"$run_dir/screen"
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
            say "  ${c_bad}FAILED$c_off $title; log: $log_dir/bench-$1.log"
            blame_disk
            ;;
    esac
}

http() { # URL CURL-OPTION…: sends a request; sets http_status and saves the response body
    http_url=$1
    if ! http_status=$(curl -q -sS -g --noproxy '*' -m 10 -o "$run_dir/$key.answer" -w '%{http_code}' "$@"); then
        observed="$http_url does not respond"
        return 1
    fi
}

status_is() { # STATUS
    [ "$http_status" = "$1" ] || { observed="$http_url: got status $http_status, expected $1"; return 1; }
}

answer_contains() { # TEXT
    case $(cat "$run_dir/$key.answer") in
        *"$1"*) ;;
        *)
            observed="$http_url: the response does not contain '$1'"
            return 1
            ;;
    esac
}

json_at() { # FILE KEY…: prints the value at a path of keys as type:value (string, number, bool, null, other)
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
        observed="$http_url: the response is not valid JSON"
        return 1
    fi
    [ "$json_got" = "$json_want" ] && return 0
    case $json_want:$json_got in
        number:*:number:*) compare "${json_got#*:}" == "${json_want#*:}" && return 0 ;;
    esac
    observed="$http_url: $* is '${json_got#*:}', expected '${json_want#*:}'"
    return 1
}

tcp() { # HOST PORT: is a connection accepted?
    tcp_time=$(curl -q -s --noproxy '*' -m 2 -o "$run_dir/$key.answer" -w '%{time_connect}' "telnet://$1:$2" </dev/null)
    compare "${tcp_time:-0}" '>' 0 || { observed="$1:$2 refuses connections"; return 1; }
}

grpc() { # HOST PORT METHOD MESSAGE: sends a message (with its frame, for printf %b); sets grpc_hex
    grpc_at=$1:$2
    grpc_hex=$(printf '%b' "$4" | curl -q -sS --noproxy '*' -m 10 --http2-prior-knowledge \
        -H 'content-type: application/grpc' -H 'te: trailers' --data-binary @- "http://$1:$2/$3" |
        od -An -v -tx1 | tr -d ' \n')
    [ -n "$grpc_hex" ] || { observed="$grpc_at does not respond to $3"; return 1; }
}

grpc_reflection() { # HOST PORT MESSAGE: requests the list of services, from either version of the API
    grpc "$1" "$2" grpc.reflection.v1.ServerReflection/ServerReflectionInfo "$3" ||
        grpc "$1" "$2" grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo "$3"
}

grpc_serving() { # is the health status SERVING?
    case $grpc_hex in
        00????????0801) ;;
        *)
            observed="$grpc_at does not report SERVING"
            return 1
            ;;
    esac
}

grpc_lists() { # NAME HEX: does the reflection service list it?
    case $grpc_hex in
        *"$2"*) ;;
        *)
            observed="$grpc_at does not list $1"
            return 1
            ;;
    esac
}

sql() { # CONTAINER USER DATABASE PORT FILE: runs the query in a file of deploy/; sets answer
    if ! answer=$(docker exec -i "$1" psql -X -q -A -t -v ON_ERROR_STOP=1 -U "$2" -d "$3" -p "$4" -f - <"$parts_dir/$5" 2>&1); then
        observed="the query failed: $answer"
        return 1
    fi
}

promql() { # URL EXPRESSION OP VALUE: does the comparison hold for every value of the result?
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

answer_is() { # OP VALUE: == compares as numbers if both are numbers, else as text
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
    observed="got '$answer', expected $1 $2"
    return 1
}

containers() { # COUNT STATE HEALTH CONTAINER…: are that many in this state and health ('': any)?
    containers_want=$1 containers_state=$2 containers_health=$3 containers_have=0 containers_text=''
    shift 3
    name_all "$@"
    for container in $named; do
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
    [ "$answer_status" = "$1" ] || { observed="the command exited with status $answer_status, expected $1: $answer"; return 1; }
}

command_printed() { # TEXT
    [ "$answer" = "$1" ] || { observed="got '$answer', expected '$1'"; return 1; }
}

command_matched() { # EXTENDED-REGULAR-EXPRESSION
    printf '%s\n' "$answer" | LC_ALL=C grep -E -q -e "$1" || { observed="got '$answer', which does not match '$1'"; return 1; }
}
