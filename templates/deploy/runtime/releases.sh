# ---- releases
#
# A release is what a run that changed something and ended well has deployed:
#   releases/N/release       its time, goal and images
#   releases/N/kit/          the files of its kit
#   releases/N/criteria      the results of its success criteria
#   releases/failed-N/       what a rollback has replaced: its kit, and in sources what
#                            builds read then
#   state/release            the number of the release that is deployed
#   state/unreleased         something has changed since
#   rollback                 see rollback.sh
# Images are kept by the tag REPOSITORY:N (release_images in deploy/plan.sh).

find_releases() { # sets release_list, in order; release_highest, also of what rollbacks replaced; release_now, '' if there is none; and release_dirty
    release_list='' release_highest=0 release_now='' release_dirty=''
    set +f
    for release_path in "$base"/releases/*; do
        release_name=${release_path##*/}
        release_number=${release_name#failed-}
        case $release_number in '' | *[!0-9]* | 0*) continue ;; esac
        [ "$release_number" -le "$release_highest" ] || release_highest=$release_number
        [ "$release_name" != "$release_number" ] || [ ! -f "$release_path/release" ] || release_list="$release_list
$release_number"
    done
    set -f
    release_list=$(printf '%s\n' "$release_list" | LC_ALL=C sort -n | tr '\n' ' ')
    release_list=${release_list# } release_list=${release_list% }
    [ ! -f "$state_dir/release" ] || read -r release_now <"$state_dir/release" || :
    case " $release_list " in *" $release_now "*) ;; *) release_now='' ;; esac
    [ ! -f "$state_dir/unreleased" ] || release_dirty=1
}

read_release() { # N: sets release_time, release_goal, release_plan, RUNTIME/HASH, and release_images_kept to lines of "REPOSITORY TAG ID DIGEST"
    release_time='' release_goal='' release_plan='' release_images_kept=''
    while read -r release_word release_1 release_2 release_3 release_4; do
        case $release_word in
            time) release_time=$release_1 ;;
            goal) release_goal=$release_1 ;;
            plan) release_plan=$release_1 ;;
            image) release_images_kept="$release_images_kept$release_1 $release_2 $release_3 ${release_4:--}
" ;;
        esac
    done <"$base/releases/$1/release"
}

kit_files() { # SUMS: prints the paths of the files that they list
    while read -r _ kit_file; do
        [ -z "$kit_file" ] || printf '%s\n' "$kit_file"
    done <<SUMS
$1
SUMS
}

copy_files() { # FROM TO: copies the files whose paths it reads, and their modes; what isn't there is left out
    copy_made=''
    while IFS= read -r copy_file; do
        [ -f "$1/$copy_file" ] || continue
        copy_folder=$2
        case $copy_file in */*) copy_folder=$2/${copy_file%/*} ;; esac
        [ "$copy_folder" = "$copy_made" ] || mkdir -p "$copy_folder" || return 1
        copy_made=$copy_folder
        cp -p "$1/$copy_file" "$2/$copy_file.new" && mv -f "$2/$copy_file.new" "$2/$copy_file" || return 1
    done
}

mark_unreleased() { # a step has begun to change something
    [ -n "$release_marked" ] || { true >"$state_dir/unreleased"; } 2>/dev/null || :
    release_marked=1
}

make_release() { # after a run that ended well: records a release, unless nothing has changed since the last one
    find_releases
    if [ -n "$stay" ]; then
        put "$state_dir/release" "$stay" && rm -f "$state_dir/unreleased" && put "$base/rollback" "$stay $back_from stays"
        return 0
    fi
    if [ -n "$release_now" ] && [ -z "$release_dirty" ] && same_kit "$base/releases/$release_now/kit"; then
        return 0
    fi
    release_new=$((release_highest + 1)) release_made=$base/releases/new
    rm -rf "$release_made"
    if ! mkdir -p "$release_made/kit" 2>/dev/null || ! collect_release 2>"$run_dir/release"; then
        complain "Release $release_new could not be recorded, so ./deploy.sh rollback cannot return to this run: $(tail -n 1 "$run_dir/release" 2>/dev/null)"
        rm -rf "$release_made"
        return 0
    fi
    [ -d "$release_made" ] || return 0 # the kit was rebuilt meanwhile
    durable "$release_made/release"
    # The renaming is last: after a kill before it, the next run makes this release, and
    # after a kill behind it, there is nothing to do.
    if put "$state_dir/release" "$release_new" && rm -f "$state_dir/unreleased" && mv "$release_made" "$base/releases/$release_new"; then
        durable "$base/releases"
        say "This is release $release_new."
        drop_releases
        return 0
    fi
    complain "Release $release_new could not be recorded, so ./deploy.sh rollback cannot return to this run."
    if [ -n "$release_now" ]; then put "$state_dir/release" "$release_now"; else rm -f "$state_dir/release"; fi
    release_marked=''
    mark_unreleased
}

collect_release() { # fills releases/new; what fails is written to standard error
    {
        kit_files "$kit_present"
        documents
        echo images.digests
    } | copy_files "$kit_dir" "$release_made/kit" || return 1
    kit_files "$kit_present" | grep '^deploy/' | copy_files "$base/kit" "$release_made/kit" || return 1
    printf '%s\n' "$kit_sums" >"$release_made/kit/deploy/SHA256SUMS" || return 1
    set --
    while IFS= read -r kit_file; do set -- "$@" "$kit_file"; done <<FILES
$(kit_files "$kit_present")
FILES
    if [ "$(cd "$release_made/kit" && digest "$@" 2>/dev/null)" != "$kit_present" ]; then
        rm -rf "$release_made" # of two kits; kit_replaced has said so
        return 0
    fi
    [ ! -f "$state_dir/criteria" ] || cp "$state_dir/criteria" "$release_made/criteria" || return 1
    stamp
    printf 'time %s\ngoal %s\nplan %s/%s\n' "$utc" "$goal" "$runtime_version" "$plan_hash" >"$release_made/release" || return 1
    while read -r release_repository release_tag _; do
        [ -n "$release_tag" ] || continue
        release_said=$(docker image inspect --format '{{.Id}}{{range .RepoDigests}} {{.}}{{end}}' "$release_tag" 2>/dev/null </dev/null) || continue # no step has needed it
        docker tag "$release_tag" "$release_repository:$release_new" </dev/null || return 1
        read -r release_id release_digests <<SAID
$release_said
SAID
        choose_digest
        printf 'image %s %s %s %s\n' "$release_repository" "$release_tag" "$release_id" "${release_digest:--}" >>"$release_made/release" || return 1
    done <<IMAGES
$(release_images)
IMAGES
}

choose_digest() { # sets release_digest to that of release_digests by which the image can be pulled again: the one that was pulled or pushed, or one of its own repository
    release_digest=''
    repository_of "$release_tag"
    for release_one in $release_digests; do
        case "$pull_digests" in *" $release_one
"*) release_digest=$release_one; return 0 ;; esac
        case $release_one:$release_digest in
            "$repository@"*:"$repository@"*) ;;
            "$repository@"*) release_digest=$release_one ;;
            *) release_digest=${release_digest:-$release_one} ;;
        esac
    done
}

drop_releases() { # removes the oldest releases, but never the one that was deployed before
    release_before=$release_now
    find_releases
    # shellcheck disable=SC2086 # numbers
    set -- $release_list
    release_count=$#
    for release_number in "$@"; do
        [ "$release_count" -gt "$keep_releases" ] || break
        case $release_number in "$release_before" | "$release_now") continue ;; esac
        read_release "$release_number"
        while read -r release_repository release_tag _; do
            [ -z "$release_tag" ] || docker image rm "$release_repository:$release_number" >/dev/null 2>&1 </dev/null || :
        done <<IMAGES
$release_images_kept
IMAGES
        rm -f "$base/releases/$release_number/release" # first: without it, it is no release
        rm -rf "$base/releases/$release_number"
        release_count=$((release_count - 1))
    done
    set +f
    for release_path in "$base"/releases/failed-*; do
        release_number=${release_path##*/failed-}
        case $release_number in *[!0-9]*) continue ;; esac
        [ "$release_number" -gt $((release_highest - 2 * keep_releases)) ] || rm -rf "$release_path"
    done
    set -f
}

command_history() {
    find_releases
    read_rollback
    if [ -n "$as_json" ]; then
        history_json
        return 0
    fi
    [ -n "$release_list" ] || { say 'There is no release yet: a run of ./deploy.sh up that changes something and ends well is one.'; return 0; }
    printf '%-10s %-21s %s\n' RELEASE TIME NOTE
    for release_number in $release_list; do
        read_release "$release_number"
        release_note=''
        [ "$release_number" != "$release_now" ] || release_note="deployed${release_dirty:+, changed since}"
        [ "$release_number:$back_phase" != "$back_to:stays" ] || release_note="deployed by a rollback${release_dirty:+, changed since}"
        printf '%-10s %-21s %s\n' "$release_number" "$release_time" "$release_note"
    done
    failed_releases | while read -r replaced_number replaced_time replaced_by; do
        printf '%-10s %-21s %s\n' "failed-$replaced_number" "$replaced_time" "replaced by release $replaced_by"
    done
}

failed_releases() { # prints number, time and the release that replaced it, of all that rollbacks replaced
    set +f
    for replaced_path in "$base"/releases/failed-*; do
        replaced_number=${replaced_path##*/failed-}
        case $replaced_number in *[!0-9]*) continue ;; esac
        replaced_time='' replaced_by=''
        [ ! -f "$replaced_path/replaced" ] || read -r replaced_time replaced_by <"$replaced_path/replaced" || :
        printf '%s %s %s\n' "$replaced_number" "$replaced_time" "$replaced_by"
    done | LC_ALL=C sort -n
    set -f
}

history_json() {
    printf '{"format_version":"1.0","deployed":%s,"changed_since":%s,"releases":[' "${release_now:-null}" "$([ -n "$release_dirty" ] && echo true || echo false)"
    history_comma=''
    for release_number in $release_list; do
        read_release "$release_number"
        json "$release_goal"
        printf '%s{"number":%s,"time":"%s","goal":%s,"images":[' "$history_comma" "$release_number" "$release_time" "$json_text"
        history_comma=''
        while read -r release_repository release_tag release_id release_digest; do
            [ -n "$release_tag" ] || continue
            case $release_digest in -) release_digest=null ;; *) release_digest=\"$release_digest\" ;; esac
            printf '%s{"tag":"%s","kept_as":"%s","id":"%s","digest":%s}' "$history_comma" "$release_tag" "$release_repository:$release_number" "$release_id" "$release_digest"
            history_comma=,
        done <<IMAGES
$release_images_kept
IMAGES
        printf ']}'
        history_comma=,
    done
    printf '],"replaced":['
    history_comma=''
    failed_releases | while read -r replaced_number replaced_time replaced_by; do
        printf '%s{"number":%s,"time":"%s","replaced_by":%s}' "$history_comma" "$replaced_number" "$replaced_time" "${replaced_by:-null}"
        history_comma=,
    done
    printf ']}\n'
}
