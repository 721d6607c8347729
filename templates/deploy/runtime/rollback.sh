# ---- rollback
#
# The file rollback holds "N FAILED PHASE WHY" from the moment at which a rollback to
# release N begins to change something, until something newer is deployed. FAILED is
# the number under which releases keeps what is replaced. The phases:
#   undo      actions that the release doesn't have are rolled back
#   restore   the release's files are copied into the kit's folder
#   deploy    the release's kit is deployed, with the release's images
#   stays     that ended well
# Each can be repeated, so whatever is killed, the next run continues. WHY is
# "failure" where a failed run rolls itself back.

read_rollback() { # sets back_to, back_from, back_phase and back_why; back_to is '' if there was no rollback
    back_to='' back_from='' back_phase='' back_why=''
    [ ! -f "$base/rollback" ] || read -r back_to back_from back_phase back_why <"$base/rollback" || :
}

command_rollback() {
    check_kit warn
    load_plan
    case $argument in
        '') ;;
        *[!0-9]* | 0*) usage_error "rollback requires the number of a release, not '$argument'; ./deploy.sh history lists them" '' ;;
    esac
    if [ -z "$dry_run" ]; then
        make_folders
        take_lock
        survivors
    fi
    find_releases
    read_rollback
    choose_release
    [ "$back_phase" != same ] || { say "Release $back_to is deployed."; return 0; }
    check_release
    find_back
    if [ -n "$dry_run" ]; then
        tell_rollback
        return 0
    fi
    fetch_images || { complain 'Nothing was changed.'; return 3; }
    tell_rollback
    confirm "Roll back to release $back_to of $release_time?"
    go_back
}

choose_release() { # sets back_to to the release to return to, back_from to the number under which the present kit is kept, and back_phase
    [ -n "$release_list" ] || die 5 'There is no release yet to roll back to: a run of ./deploy.sh up that changes something and ends well is one. To take back what was deployed: ./deploy.sh uninstall'
    choose_phase=$back_phase back_why=''
    case $choose_phase in
        undo | restore) back_to=${argument:-$back_to} ;; # it was interrupted
        *)
            choose_phase=undo
            back_from=$((release_highest + 1)) back_to=$argument
            [ -n "$release_dirty" ] || [ -z "$release_now" ] || back_from=$release_now
            ;;
    esac
    if [ -z "$back_to" ]; then
        for release_number in $release_list; do
            if [ -z "$release_now" ] || [ "$release_number" -lt "$release_now" ] || { [ -n "$release_dirty" ] && [ "$release_number" = "$release_now" ]; }; then
                back_to=$release_number
            fi
        done
        [ -n "$back_to" ] || die 5 "Release $release_now is deployed, and no older one is kept."
    fi
    case " $release_list " in
        *" $back_to "*) ;;
        *) die 5 "There is no release $back_to. The releases that are kept: $release_list" ;;
    esac
    back_phase=$choose_phase
    if [ "$choose_phase" = undo ] && [ "$back_to" = "$release_now" ] && [ -z "$release_dirty" ] && same_kit "$base/releases/$back_to/kit"; then
        back_phase=same
    fi
}

check_release() { # is the release as it was recorded?
    back_kit=$base/releases/$back_to/kit
    back_sums=$(cat "$back_kit/deploy/SHA256SUMS" 2>/dev/null)
    set --
    while IFS= read -r kit_file; do set -- "$@" "$kit_file"; done <<FILES
$(kit_files "$back_sums")
FILES
    # Edits that were accepted then differ from the list; a missing file is no edit.
    for kit_file in "$@"; do
        [ -f "$back_kit/$kit_file" ] || die 5 "The release $back_to is incomplete: $back_kit/$kit_file is missing."
    done
    read_release "$back_to"
    [ "${release_plan%%.*}" = "${runtime_version%%.*}" ] ||
        die 5 "Release $back_to has runtime ${release_plan%%/*}, which does not understand the state of this kit's runtime $runtime_version. Build its kit again with the newer omegagen."
}

find_back() { # sets back_undo to the steps that are rolled back, and back_stays to lines about what can't be taken back
    load_state
    back_undo='' back_stays=''
    back_hashes=$(release_hashes)
    back_databases=" $(effects | LC_ALL=C awk -F '\t' '$2 == "fact" && $3 ~ /^"database\./ && $5 == "true" { print $1 }' | tr '\n' ' ') "
    for k in $steps; do
        eval "back_status=\$s_$k"
        [ "$back_status" = 'done' ] || continue
        describe "$k"
        back_hash=$(printf '%s\n' "$back_hashes" | LC_ALL=C awk -v key="$k" '$1 == key { print $2 }')
        [ "$back_hash" != "$hash" ] || continue
        case $back_databases in
            *" $action "*)
                back_stays="$back_stays  The database stays as it is after $id: the release's SQL is applied again, but nothing is removed.
"
                continue
                ;;
        esac
        case $id:$has:$back_hash in
            *.*:*) ;; # generated: the release's own step, or the removal at the end, does it
            *:*rollback*:) back_undo="$k $back_undo" ;;
            *:) back_stays="$back_stays  $id${title:+ ($title)} declares no rollback.
" ;;
            *) back_stays="$back_stays  $id${title:+ ($title)} runs again as it was in release $back_to; what it has done since stays.
" ;;
        esac
    done
}

release_hashes() { # prints KEY HASH for each step of the goal in the release's plan
    (
        # shellcheck source=/dev/null
        . "$back_kit/deploy/plan.sh"
        the_kit
        goal_named "$release_goal" || exit 0
        load_plan
        for k in $steps; do
            describe "$k"
            printf '%s %s\n' "$k" "$hash"
        done
    )
}

tell_rollback() {
    say "Release $back_to was deployed at $release_time. Its files replace the kit's, which are kept in $base/releases/failed-$back_from, and its images are deployed without a build."
    for k in $back_undo; do
        describe "$k"
        say "  $id${title:+ ($title)} is rolled back."
    done
    [ -z "$back_stays" ] || { say 'This cannot be taken back:'; printf '%s' "$back_stays"; }
}

fetch_images() { # makes sure that the release's images are there before anything is changed: kept, or still under their own tags, or to be pulled
    fetch_missing=''
    while read -r release_repository release_tag release_id release_digest; do
        [ -n "$release_tag" ] || continue
        fetch_why=$(docker image inspect "$release_repository:$back_to" 2>&1 >/dev/null </dev/null) && continue
        fetch_here=$(docker image inspect --format '{{.Id}}' "$release_tag" 2>&1 </dev/null) || fetch_why="$fetch_why $fetch_here"
        if [ "$fetch_here" = "$release_id" ]; then
            docker tag "$release_tag" "$release_repository:$back_to" </dev/null && continue
        elif [ "$release_digest" != - ]; then
            say "Pulling $release_digest, which release $back_to has and which is no longer here."
            docker pull --quiet "$release_digest" >/dev/null </dev/null && docker tag "$release_digest" "$release_repository:$back_to" </dev/null && continue
        fi
        case $fetch_why in
            *'annot connect'* | *'onnection refused'* | *'permission denied'*) complain "The image $release_tag of release $back_to cannot be looked for: $fetch_why" ;;
            *) complain "The image $release_tag of release $back_to ($release_id) is no longer here${release_digest:+, and cannot be pulled}." ;;
        esac
        fetch_missing=1
    done <<IMAGES
$release_images_kept
IMAGES
    [ -z "$fetch_missing" ]
}

go_back() { # carries out a rollback from back_phase on; ends in a run of the release's deploy.sh
    put "$base/rollback" "$back_to $back_from $back_phase${back_why:+ $back_why}" || die 3 "Cannot write to $base: is the disk full?"
    if [ "$back_phase" = undo ]; then
        copy_parts_as_present
        load_plan
        load_state
        # shellcheck disable=SC2086 # keys
        [ -z "$back_undo" ] || undo_steps $back_undo || die 1 'The rollback stops here. Fix the cause and rerun ./deploy.sh rollback.'
        keep_present || die 3 "Cannot keep the kit's files in $base/releases: is the disk full?"
        back_phase=restore
        put "$base/rollback" "$back_to $back_from restore${back_why:+ $back_why}" || die 3 "Cannot write to $base: is the disk full?"
    fi
    restore_kit || die 3 "Cannot restore the files of release $back_to: is $kit_dir read-only, or the disk full? Rerun ./deploy.sh rollback to continue."
    put "$base/rollback" "$back_to $back_from deploy${back_why:+ $back_why}" || die 3 "Cannot write to $base: is the disk full?"
    # Within a major version, an older runtime reads what a newer one has recorded.
    put "$state_dir/plan" "$release_plan $release_goal" || die 3 "Cannot write to $state_dir: is the disk full?"
    say "The files of release $back_to are restored."
    set -- up --goal "$release_goal" --jobs "$jobs"
    [ -z "$assume_yes" ] || set -- "$@" --yes
    [ -z "$no_color" ] || set -- "$@" --no-color
    finish
    exec 3>&- # the stage's
    umask "$user_umask"
    trap - PIPE
    exec sh "$kit_dir/deploy.sh" "$@"
}

copy_parts_as_present() { # rollbacks run from copies, as other scripts do; edited files run as they are
    rm -rf "$base/kit"
    { mkdir "$base/kit" && cp -R "$kit_dir/deploy" "$base/kit/deploy"; } 2>/dev/null || die 3 "Cannot copy the folder deploy to $base/kit: is the disk full?"
    parts_dir=$base/kit/deploy
}

keep_present() { # keeps the kit's present files
    keep_made=$base/releases/failed-$back_from
    rm -rf "$keep_made"
    mkdir -p "$keep_made/kit" || return 1
    {
        kit_files "$kit_sums"
        documents
        echo images.digests
    } | copy_files "$kit_dir" "$keep_made/kit" || return 1
    stamp
    put "$keep_made/replaced" "$utc $back_to"
}

restore_kit() { # puts the release's files into the kit's folder; the list of checksums, without which nothing runs, is among the first
    (
        umask "$user_umask"
        cd "$back_kit" && find . -type f | sed 's|^\./||' | LC_ALL=C sort | copy_files "$back_kit" "$kit_dir"
    ) || return 1
    # What only the replaced kit had goes.
    back_old=$base/releases/failed-$back_from/kit
    [ -d "$back_old" ] || return 0
    (cd "$back_old" && find . -type f | sed 's|^\./||') | while IFS= read -r kit_file; do
        [ ! -f "$back_kit/$kit_file" ] || continue
        rm -f "$kit_dir/$kit_file" || exit 1
        while case $kit_file in */*) true ;; *) false ;; esac; do
            kit_file=${kit_file%/*}
            rmdir "$kit_dir/$kit_file" 2>/dev/null || break
        done
    done
}

resume_rollback() { # before anything else of a run: a rollback that was interrupted while it changed the kit's files continues
    read_rollback
    case $back_phase in undo | restore) ;; *) return 0 ;; esac
    case $command in
        up | rollback) ;;
        uninstall) die 5 "A rollback to release $back_to was interrupted. Rerun ./deploy.sh rollback to continue it." ;;
        *) complain "A rollback to release $back_to was interrupted; ./deploy.sh rollback continues it."; return 0 ;;
    esac
    [ "$command:$dry_run" = up: ] || return 0
    say "A rollback to release $back_to was interrupted. It continues."
    load_plan
    make_folders
    take_lock
    survivors
    find_releases
    check_release
    [ "$back_phase" != undo ] || find_back
    go_back
}

# ---- what a failed run takes back

earlier_steps() { # sets taken_earlier to the steps that an earlier run has done
    taken_earlier=' '
    for k in $steps; do
        if [ -f "$state_dir/$k.done" ] || [ -f "$state_dir/$k.was" ]; then taken_earlier="$taken_earlier$k "; fi
    done
}

take_back() { # after a failure with on_failure = "rollback": takes back what this run did, and no more
    load_plan # a run discards what it no longer needs of the plan
    load_state
    find_releases
    find_taken
    if [ -n "$back_redone" ] && [ -n "$release_now" ] && [ -z "$stay" ]; then
        if ! same_kit "$kit_dir"; then
            complain "The kit was rebuilt during this run, so release $release_now is not restored. To do that: ./deploy.sh rollback $release_now"
        else
            back_to=$release_now back_from=$((release_highest + 1)) back_phase=undo back_why=failure
            check_release
            if fetch_images; then
                say "Rolling back to release $back_to."
                write_report
                go_back
            fi
        fi
    fi
    [ -n "$back_undo" ] || { say 'No step that this run was the first to do declares a rollback.'; return 0; }
    say 'Rolling back the steps that this run was the first to do.'
    # shellcheck disable=SC2086 # keys
    undo_steps $back_undo
}

find_taken() { # sets back_undo to the steps that this run was the first to do and that declare a rollback, in reverse order, and back_redone if it redid a generated step
    back_redone='' back_undo=''
    true >"$run_dir/untaken"
    for k in $steps; do
        if [ -f "$state_dir/$k.done" ]; then
            read_record "$state_dir/$k.done"
        elif [ -f "$state_dir/$k.failed" ]; then
            read_record "$state_dir/$k.failed"
        else
            continue
        fi
        [ "$record_begin" -ge "$up_began" ] || continue
        describe "$k"
        eval "back_status=\$s_$k"
        case $taken_earlier in
            *" $k "*) ;;
            *)
                case $back_status:$has in done:*rollback*) back_undo="$k $back_undo" ;; esac
                continue
                ;;
        esac
        case $id:$back_status:$has in
            *.*:*) back_redone=1 ;;
            *:done:*rollback*)
                back_text="Not taken back: $id (done by ${release_now:+release }${release_now:-an earlier run}, redone now)."
                say "$back_text"
                printf '%s\n' "$back_text" >>"$run_dir/untaken"
                ;;
        esac
    done
}
