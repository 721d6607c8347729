# ---- the status
#
# What is recorded is compared with what can be seen: the containers and their images
# in Docker, the files of the kit, the results of the last check of the criteria. What
# can't be seen is unknown, never "todo".

command_status() { # 0: all is as it was deployed; 6: something differs; 3: nothing known differs, but something can't be seen
    check_kit warn
    status_differs='' status_unknown='' status_unread=''
    see_state
    expected_steps 2>/dev/null
    see_holder
    see_files
    see_criteria
    see_containers
    see_steps
    see_release
    status_code=0
    [ -z "$status_unknown" ] || status_code=3
    [ -z "$status_differs" ] || status_code=6
    if [ -n "$as_json" ]; then
        status_json
    elif [ -t 1 ]; then
        terminal_width
        status_print | fit "$columns"
    else
        status_print
    fi
    return "$status_code"
}

differs() { # TEXT: notes a difference
    one_line "$1"
    status_differs="$status_differs$line
"
}

not_seen() { # TEXT: notes what can't be seen
    one_line "$1"
    status_unknown="$status_unknown$line
"
}

see_state() { # can the records be read? Sets status_unread if none can
    [ -L "$kit_dir/.omegagen" ] || ! is_gone "$base" || return 0 # nothing was deployed yet
    if { [ -d "$base" ] && [ -x "$base" ]; } && { is_gone "$state_dir" || { [ -d "$state_dir" ] && [ -r "$state_dir" ] && [ -x "$state_dir" ]; }; }; then
        return 0
    fi
    status_unread=1
    not_seen "The state in $base cannot be read by this user."
}

see_holder() { # sets status_holder to the PID of a run
    highest_lock
    find_boot
    status_holder=''
    [ "$highest" -gt 0 ] || return 0
    link_target "$base/lock.$highest"
    holder_rest=${target#*:}
    if [ "${holder_rest#*:}" = "$boot" ] && same_process "${target%%:*}" "${holder_rest%%:*}"; then
        status_holder=${target%%:*}
    fi
}

see_files() { # compares the kit's files with their checksums; sets status_files to those that differ, a line each
    status_files=''
    if [ -z "$kit_present" ]; then
        not_seen "The kit's files cannot be checked: neither sha256sum nor shasum reads them."
        return 0
    fi
    [ "$kit_present" != "$kit_sums" ] || return 0
    { [ ! -f "$base/accepted" ] || [ "$kit_present" != "$(cat "$base/accepted")" ]; } 2>/dev/null || return 0
    status_files=$(printf '%s\n\n%s\n' "$kit_present" "$kit_sums" | LC_ALL=C awk '
        $0 == "" { wanted = 1; next }
        !wanted { present[$0]; next }
        !($0 in present) { sub(/^[^ ]*  /, ""); print }')
    [ -z "$status_files" ] || differs "The kit's files were edited since it was built: $(printf '%s' "$status_files" | tr '\n' ' ')"
}

see_criteria() { # the results of the last check; sets status_criteria to lines of outcome, key and what was observed
    status_criteria='' status_checked=''
    [ -n "$criteria" ] && [ -z "$status_unread" ] || return 0
    results criteria 2>/dev/null
    for k in $criteria; do
        describe_criterion "$k"
        status_outcome=unchecked status_observed=''
        while IFS='	' read -r status_key status_result _ status_text; do
            [ "$status_key" != "$k" ] || status_outcome=$status_result status_observed=$status_text
        done <<RESULTS
$results
RESULTS
        status_criteria="$status_criteria$status_outcome	$k	$status_observed
"
        case $status_outcome in
            met | unchecked) ;;
            *) differs "The criterion '$title' was not met when it was last checked${status_observed:+: $status_observed}" ;;
        esac
    done
    [ -z "$results" ] || status_checked=$(LC_ALL=C date -r "$state_dir/criteria" -u +%Y-%m-%dT%H:%M:%SZ 2>/dev/null) || status_checked=''
}

see_containers() { # asks Docker; sets status_containers to lines of fields separated by tabs, and docker_lost if it can't be asked
    status_containers='' docker_lost=''
    [ -n "$compose_file" ] || return 0
    if ! command -v docker >/dev/null 2>&1; then
        docker_lost=1
        not_seen "'docker' was not found in PATH, so the containers are unknown."
        return 0
    fi
    see_owner
    set --
    for k in $expected; do set -- "$@" "$k"; done
    [ -z "$status_unread" ] || set --
    status_list=$(started_containers "$@")
    set --
    while read -r services_want services_name; do
        [ -n "$services_name" ] || continue
        set -- "$@" "$services_name"
        eval "services_want_$#=\$services_want"
    done <<LIST
$status_list
LIST
    [ $# != 0 ] || return 0
    name_all "$@"
    # shellcheck disable=SC2086 # names have no blanks
    set -- $named
    look "$@"
    services_again=''
    each_looked service_seen
    if [ -n "$services_again" ]; then # is a container that was restarted before in a restart loop?
        sleep 3
        look "$@"
    fi
    recorded_images
    status_images=$(docker inspect --type container --format '{{.Name}} {{.Image}} {{.Config.Image}}' "$@" 2>/dev/null </dev/null) || :
    observe_keep=1 observe_known='
'
    each_looked see_container
    observe_keep='' observe_known=''
    [ -z "$docker_lost" ] || not_seen "The containers cannot be inspected; docker reports: $look_said"
}

see_owner() { # were the project's containers started from another folder?
    [ -z "$status_unread" ] || return 0
    if [ -f "$base/adopted" ]; then
        read_adopted "$base"
        differs "The deployment was taken over from this folder by $adopted_by."
    fi
    read_owner "$base"
    owner_seen || return 0
    while IFS= read -r owner_line; do
        [ -z "$owner_line" ] || is_ours "$owner_line" || differs "The containers of '$project' were started from another folder: $owner_line"
    done <<FOLDERS
$owner_folders
FOLDERS
}

recorded_images() { # sets status_recorded to lines of the digest and the tag of an image, for all that steps have recorded
    status_recorded='
'
    for k in $expected; do
        [ -f "$state_dir/$k.done" ] || continue
        while read -r record_word record_1 record_2 record_3; do
            [ "$record_word:$record_1" != input:image ] || status_recorded="$status_recorded$record_2 $record_3
"
        done <"$state_dir/$k.done"
    done 2>/dev/null
}

see_container() { # for the container that c_* describe: notes its state, and compares its image with the one that was recorded
    eval "services_want=\$services_want_$c_number services_restarts=\${services_restarts_$c_number-0}"
    see_want=$services_want
    case $services_want:$c_status in
        ended:missing) see_want=gone ;; # it has completed
        ended:*) services_want=once ;;
    esac
    condition "$services_want"
    [ "$c_status" != running ] || [ "$c_restarts" -le "$services_restarts" ] || { ok='' fault="is in a restart loop: $c_restarts restarts so far"; }
    see_image=null
    case $see_want:$c_status in
        gone:*) ok=1 fault='' ;;
        *:unknown) docker_lost=1 ok='' fault='cannot be inspected' c_restarts=0 c_code=0 ;;
        *)
            [ -n "$ok" ] || differs "$c_name $fault."
            [ "$c_status" = missing ] || compare_image
            ;;
    esac
    status_containers="$status_containers$c_name	$c_status	$c_health	$c_restarts	$c_code	$see_image	${ok:-0}	$fault
"
}

compare_image() { # sets see_image to true, false, or null if it isn't known
    see_id='' see_tag=''
    while read -r see_name see_1 see_2; do
        [ "$see_name" != "/$c_name" ] || see_id=$see_1 see_tag=$see_2
    done <<IMAGES
$status_images
IMAGES
    case $status_recorded in *" $see_tag
"*) ;; *) [ -n "$see_tag" ] || not_seen "The image of $c_name is unknown."; return 0 ;; esac
    observe image "$see_id"
    case $observe_digest in
        none | unknown) not_seen "The image of $c_name cannot be inspected." ;;
        *)
            case $status_recorded in
                *"
$observe_digest $see_tag
"*) see_image=true ;;
                *"
unknown $see_tag
"*) not_seen "Which image $c_name was started with is not recorded." ;;
                *)
                    see_image=false
                    differs "$c_name runs another image $see_tag than the one that was deployed."
                    ;;
            esac
            ;;
    esac
}

see_steps() { # sets status_steps to lines of status, seconds, key; and status_done
    status_steps='' status_done=0 status_missing=0 status_lost=0
    find_causes
    observe_keep=1 observe_known='
'
    for k in $steps; do
        describe "$k"
        eval "status_word=\$s_$k"
        status_seconds=-
        if [ -n "$status_unread" ]; then
            status_word=unknown
        elif [ -e "$state_dir/$k.done" ] && [ ! -r "$state_dir/$k.done" ]; then
            status_word=unknown
            not_seen "The record of $id cannot be read: $state_dir/$k.done"
        elif [ "$status_word" = 'done' ]; then
            read_record "$state_dir/$k.done"
            status_seconds=$((record_end - record_begin))
            compare_inputs "$k"
            ! reload_due || differs "The server that $id started has not loaded its changed files; the next up reloads them."
            if [ -n "$docker_lost" ] && [ -n "$service" ]; then status_word=unknown; else status_done=$((status_done + 1)); fi
        elif [ "$status_word" = flight ]; then
            status_word=interrupted
            [ -z "$status_holder" ] || status_word=running
        fi
        case $status_word in
            done) ;;
            unknown) status_lost=$((status_lost + 1)) ;;
            *) case " $expected " in *" $k "*) status_missing=$((status_missing + 1)) ;; esac ;;
        esac
        status_steps="$status_steps$status_word	$status_seconds	$k
"
    done
    observe_keep='' observe_known=''
    [ "$status_missing" = 0 ] || differs "$status_missing of $total steps of goal '$goal' are not done."
}

compare_inputs() { # STEP, which is done and whose record read_record has read: notes what it is made from and has changed
    [ -z "$recheck$status_unread" ] && [ -n "$record_made" ] || return 0
    pending_causes "$1" || unchanged "$1" || differs "The next up runs $id again: $changed."
}

see_release() { # sets status_release to the number of the release that is deployed
    status_release=''
    [ ! -f "$state_dir/release" ] || read -r status_release 2>/dev/null <"$state_dir/release" || :
    case $status_release in *[!0-9]*) status_release='' ;; esac
}

status_print() {
    while IFS='	' read -r status_word status_seconds k; do
        [ -n "$k" ] || continue
        describe "$k"
        span_text=''
        [ "$status_seconds" = - ] || span "$status_seconds"
        printf '%-11s %7s  %s%s\n' "$status_word" "$span_text" "$id" "${title:+  $title}"
    done <<STEPS
$status_steps
STEPS
    [ -z "$taken" ] || printf 'This deployment has switched to the fallback for %s.\n' "$taken_id"
    [ "$status_lost" != 0 ] || status_lost=''
    printf '%d of %d steps of goal %s are done%s%s.\n' "$status_done" "$total" "'$goal'" "${status_lost:+, $status_lost are unknown}" \
        "${status_holder:+; deploy.sh is running (PID $status_holder)}"
    [ -z "$status_containers" ] || printf 'Containers:\n'
    while IFS='	' read -r c_name c_status c_health c_restarts c_code see_image ok fault; do
        [ -n "$c_name" ] || continue
        case $c_status:$see_want in
            missing:*) [ "$ok" = 1 ] && see_text='completed and removed' || see_text='does not exist' ;;
            exited:*) see_text="exited with status $c_code" ;;
            *) see_text=$c_status ;;
        esac
        [ "$c_health" = none ] || see_text="$see_text, $c_health"
        [ "$c_restarts" = 0 ] || see_text="$see_text, $c_restarts restarts"
        [ "$see_image" != false ] || see_text="$see_text, another image"
        case $c_status:$ok in
            unknown:*) see_text="? $see_text" ;;
            *:1) see_text="  $see_text" ;;
            *) see_text="! $see_text" ;;
        esac
        printf '  %s  %s\n' "$c_name" "$see_text"
    done <<CONTAINERS
$status_containers
CONTAINERS
    [ -z "$status_criteria" ] || printf 'Success criteria%s:\n' "${status_checked:+, last checked $status_checked}"
    while IFS='	' read -r status_outcome k status_observed; do
        [ -n "$k" ] || continue
        describe_criterion "$k"
        printf '  %-9s %s%s\n' "$status_outcome" "$title" "${status_observed:+: $status_observed}"
    done <<CRITERIA
$status_criteria
CRITERIA
    case $status_code in
        0) printf 'All is as it was deployed%s.\n' "${status_release:+ (release $status_release)}" ;;
        *)
            [ -z "$status_differs" ] || printf 'Different from what the kit and the records say:\n%s' "$status_differs" | sed '2,$s/^/  /'
            [ -z "$status_unknown" ] || printf 'Unknown:\n%s' "$status_unknown" | sed '2,$s/^/  /'
            ;;
    esac
}

status_json() { # format 1.1; what is before running is the format of older runtimes
    json "$goal"
    printf '{"format_version":"1.1","goal":%s,"running":%s,"steps":[' "$json_text" "${status_holder:-null}"
    status_comma=''
    while IFS='	' read -r status_word status_seconds k; do
        [ -n "$k" ] || continue
        describe "$k"
        json "$id"
        [ "$status_seconds" != - ] || status_seconds=null
        printf '%s{"id":%s,"status":"%s","seconds":%s}' "$status_comma" "$json_text" "$status_word" "$status_seconds"
        status_comma=,
    done <<STEPS
$status_steps
STEPS
    case $status_code in 0) status_word=deployed ;; 6) status_word=different ;; *) status_word=unknown ;; esac
    printf '],"done":%d,"total":%d,"state":"%s","release":%s,"containers":[' "$status_done" "$total" "$status_word" "${status_release:-null}"
    status_comma=''
    while IFS='	' read -r c_name c_status c_health c_restarts c_code see_image ok fault; do
        [ -n "$c_name" ] || continue
        [ "$ok" = 1 ] && ok=true || ok=false
        [ "$c_status" != unknown ] || ok=null c_restarts=null c_code=null
        json "$fault"
        printf '%s{"name":"%s","status":"%s","health":"%s","restarts":%s,"exit_status":%s,"deployed_image":%s,"expected":%s,"fault":%s}' \
            "$status_comma" "$c_name" "$c_status" "$c_health" "$c_restarts" "$c_code" "$see_image" "$ok" "$json_text"
        status_comma=,
    done <<CONTAINERS
$status_containers
CONTAINERS
    printf '],"criteria":['
    status_comma=''
    while IFS='	' read -r status_outcome k status_observed; do
        [ -n "$k" ] || continue
        describe_criterion "$k"
        json "$title"
        printf '%s{"title":%s,"result":"%s",' "$status_comma" "$json_text" "$status_outcome"
        json "$status_observed"
        printf '"observed":%s}' "$json_text"
        status_comma=,
    done <<CRITERIA
$status_criteria
CRITERIA
    printf '],"criteria_checked":%s,' "$(if [ -n "$status_checked" ]; then printf '"%s"' "$status_checked"; else echo null; fi)"
    status_lines edited_files "$status_files"
    printf ,
    status_lines differences "$status_differs"
    printf ,
    status_lines unknown "$status_unknown"
    printf '}\n'
}

status_lines() { # NAME LINES: prints them as a JSON list
    printf '"%s":[' "$1"
    status_comma=''
    while IFS= read -r status_line; do
        [ -n "$status_line" ] || continue
        json "$status_line"
        printf '%s%s' "$status_comma" "$json_text"
        status_comma=,
    done <<LINES
$2
LINES
    printf ']'
}
