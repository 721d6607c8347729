# ---- the report

write_report() { # writes the report in Markdown and JSON: planned and actual results
    report_md=$base/reports/report.md report_json=$base/reports/report.json
    can_write || { complain 'Cannot write the report: is the disk full?'; return 0; }
    stamp
    report_utc=$utc
    load_plan
    load_state
    usage >"$run_dir/usage"
    deviations >"$run_dir/deviations"
    report_markdown >"$report_md.new" && mv -f "$report_md.new" "$report_md"
    report_as_json >"$report_json.new" && mv -f "$report_json.new" "$report_json"
    report_dated=$base/reports/$(printf '%s' "$report_utc" | tr : -)
    cp "$report_md" "$report_dated.md" && cp "$report_json" "$report_dated.json"
    # The next run estimates the time left from these.
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
    [ "$plan_end" = 0 ] || printf ' Planned duration: %s.' "$span_text"
    read_took
    if [ "$report_took" != null ]; then
        span "$report_took"
        printf ' The last run that ran steps took %s.' "$span_text"
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
    report_table benchmarks benchmark '## Benchmarks' 'measured'
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
    printf '{"format_version":"1.0","system":%s,' "$json_text"
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

read_took() { # sets report_took to the seconds that the last run that ran steps took, null if unknown
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

deviations() { # prints how the run deviated from the plan
    [ ! -f "$run_dir/unwell" ] || cat "$run_dir/unwell"
    [ ! -f "$run_dir/untaken" ] || cat "$run_dir/untaken"
    [ -z "$taken" ] || printf '%s failed; the run switched to its fallback.\n' "$taken_id"
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
            printf '%s was already done and did not run.\n' "$report_id"
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
    if [ "$planned_takes" -gt 0 ]; then # otherwise no duration is declared
        span "$planned_takes"
        report_planned_text=$span_text
        [ -z "$report_actual" ] || report_difference=$((report_actual - planned_takes))s
    fi
    span "${report_actual:-0}"
    cell "$id"
    printf '| %s | %s%s | %s | %s | %s |\n' "$cell_text" "$report_status" "$record_measures" "$report_planned_text" \
        "${report_actual:+$span_text}" "$report_difference"
}

results() { # criteria|benchmarks: sets results to the lines about those of this kit; an older kit may have had others
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

usage() { # prints container, CPU and memory in use, separated by tabs
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 0
    usage_names=$(ports | LC_ALL=C awk '{ print $1 }' | LC_ALL=C sort -u)
    # shellcheck disable=SC2086 # names have no blanks
    name_all $usage_names
    set --
    for container in $named; do
        [ "$(docker inspect --type container --format '{{.State.Running}}' "$container" 2>/dev/null)" != true ] || set -- "$@" "$container"
    done
    [ $# -gt 0 ] || return 0
    docker stats --no-stream --format '{{.Name}}	{{.CPUPerc}}	{{.MemUsage}}' "$@" 2>/dev/null </dev/null
}
