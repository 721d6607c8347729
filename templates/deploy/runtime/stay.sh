# ---- after a rollback

check_stay() { # is what is to be deployed still what a rollback has restored? sets stay to the release whose images stand for what builds would make
    stay=''
    read_rollback
    case $back_phase in deploy | stays) ;; *) return 0 ;; esac
    stay_failed=$base/releases/failed-$back_from
    if [ -n "$want_pull" ] && ! same_digests "$base/releases/$back_to/kit"; then
        ! same_digests "$stay_failed/kit" || [ -n "$dry_run" ] || confirm "These images were replaced by a rollback to release $back_to. Deploy them again?"
        leave_stay "images.digests has changed since the rollback to release $back_to"
        return 0
    fi
    if same_kit "$base/releases/$back_to/kit"; then
        if [ ! -f "$stay_failed/sources" ]; then
            [ -n "$dry_run" ] || { mkdir -p "$stay_failed" && put "$stay_failed/sources" "$(sources)"; }
        elif sources_changed; then
            leave_stay "The sources of a build have changed since the rollback to release $back_to"
            return 0
        fi
        stay=$back_to
        return 0
    fi
    if same_kit "$stay_failed/kit" && ! sources_changed; then
        [ -n "$dry_run" ] || confirm "This kit was replaced by a rollback to release $back_to, and nothing has changed since. Deploy it again?"
    fi
    leave_stay "The kit has changed since the rollback to release $back_to"
}

same_digests() { # FOLDER, with a kit: does it have the same digests of pushed images?
    [ "$(cat "$1/images.digests" 2>/dev/null)" = "$(cat "$kit_dir/images.digests" 2>/dev/null)" ]
}

leave_stay() { # WHY
    say "$1: images are ${want_pull:+pulled or }built again."
    [ -n "$dry_run" ] || rm -f "$base/rollback"
}

sources() { # prints a line "input KIND DIGEST NAME" for each thing outside the kit that builds read
    for k in $steps; do
        describe "$k"
        case $has in *sources*) ;; *) continue ;; esac
        observe_all sources
        printf '%s' "$observed_lines"
    done | LC_ALL=C sort -u
}

sources_changed() { # do builds read anything that was different at the rollback? What it hasn't recorded counts as unchanged
    sources | LC_ALL=C awk -v then="$stay_failed/sources" '
        BEGIN { while ((getline line < then) > 0) { split(line, f, " "); was[name(line)] = f[3] } }
        function name(s) { sub(/^[^ ]+ /, "", s); match(s, /^[^ ]+ /); return substr(s, 1, RLENGTH) substr(s, RLENGTH + index(substr(s, RLENGTH + 1), " ") + 1) }
        { n = name($0); if ((n in was) && was[n] != $3 && $3 != "unknown" && was[n] != "unknown") found = 1 }
        END { exit !found }'
}

use_release_images() { # the tags that are run name the release's images again
    [ -n "$stay" ] || return 0
    read_release "$stay"
    back_to=$stay
    fetch_images || { complain 'No step was started; the next ./deploy.sh tries it again.'; exit_images; }
    while read -r release_repository release_tag _; do
        [ -z "$release_tag" ] || docker tag "$release_repository:$stay" "$release_tag" </dev/null || die 3 "Docker cannot tag $release_repository:$stay as $release_tag."
    done <<IMAGES
$release_images_kept
IMAGES
    while read -r release_repository _ release_tag; do # a second name
        [ -z "$release_tag" ] || docker tag "$release_repository:$stay" "$release_tag" 2>/dev/null </dev/null || : # no step has needed it
    done <<IMAGES
$(release_images)
IMAGES
}

exit_images() {
    finish
    exit 3
}

keep_build() { # STEP: the release's images stand for what it would build
    describe "$1"
    case $has in *sources*) ;; *) return 1 ;; esac
    eval "s_$1=done v_$1=none; unset p_$1"
    [ -z "$dry_run" ] || return 0
    observe_all observes
    keep_lines=$observed_lines
    needs_made "$1"
    result_token "$1"
    if { printf 'step %s\naction %s %s\nplan %s\n%s%smade %s\nend %s %s valid\n' "$id" "$hash" "$runs" "$plan_hash" "$keep_lines" "$needed_lines" "$token" "$now" "$now" >"$state_dir/$1.keep"; } 2>/dev/null && mv -f "$state_dir/$1.keep" "$state_dir/$1.done"; then
        rm -f "$state_dir/$1.failed" "$state_dir/$1.was"
    else
        die 3 "Cannot write to $state_dir: is the disk full?"
    fi
}
