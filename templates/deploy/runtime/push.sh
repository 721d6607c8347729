# ---- images that are built on one host and run on another
#
# build --push builds and pushes the images that have a registry, and writes the file
# images.digests into the kit's folder: a line "NAME@DIGEST REFERENCE" for each image,
# what it is in the registry and how the kit refers to it. With the same kit and that
# file, up --pull pulls these images by their digests instead of building them.

command_build() { # builds the images of the goal's plan; with --push only those that have a registry, and pushes them
    check_kit stop
    load_plan
    find_builds
    if [ -n "$dry_run" ]; then
        tell_builds
        return 0
    fi
    make_folders
    take_lock
    load_plan
    find_builds
    survivors
    copy_parts
    load_state
    only_steps "$build_list"
    release_marked=1 # what is deployed doesn't change
    judge
    [ -z "$signalled" ] || return $((128 + signalled))
    check_destroyed
    select_steps
    preflight_words
    for k in $steps; do unset "f_$k"; done # fallbacks are those of a deployment
    clock
    up_began=$now
    run_selected
    [ -z "$signalled" ] || return $((128 + signalled))
    [ -z "$failed_keys" ] || { complain 'Not all images were built. Fix the cause and rerun ./deploy.sh build.'; return 1; }
    [ -n "$want_push" ] || { say 'The images are built.'; return 0; }
    push_images
}

find_builds() { # sets build_list to the steps that build the images
    build_list=''
    for k in $steps; do
        describe "$k"
        case $want_push:$has in
            *:*push* | :*sources*) build_list="$build_list $k" ;;
        esac
    done
    [ -n "$build_list" ] || [ -z "$want_push" ] || usage_error "no image that the plan of goal '$goal' builds has 'push' in the manifest, so there is no registry to push to" ''
    [ -n "$build_list" ] || die 2 "The plan of goal '$goal' builds no image."
}

tell_builds() { # --dry-run
    showing=1 key=''
    for k in $build_list; do
        describe "$k"
        say "$id${title:+  $title}"
        [ "$dry_run" != full ] || { part=run; "action_$action" run; }
        [ -z "$want_push" ] || { part=push; "action_$action" push; }
    done
}

only_steps() { # STEPS: leaves of the plan these and what they need
    only_keep=' '
    # shellcheck disable=SC2086 # keys
    set -- $1
    while [ $# -gt 0 ]; do
        only_key=$1
        shift
        case $only_keep in *" $only_key "*) continue ;; esac
        only_keep="$only_keep$only_key "
        eval "set -- \"\$@\" \${n_$only_key-}"
    done
    only_list='' total=0
    for k in $steps; do
        case $only_keep in *" $k "*) only_list="$only_list $k" total=$((total + 1)) ;; esac
    done
    steps=$only_list before_fallback=''
}

push_images() { # pushes what the steps of build_list have built, and writes the digests
    set --
    for k in $build_list; do set -- "$@" "$k"; done
    say "Pushing what $# steps have built:"
    done_count=0
    engine push "$jobs" "$@"
    [ -z "$signalled" ] || return $((128 + signalled))
    if [ -n "$failed_keys" ]; then
        complain "Not all images were pushed, so $kit_dir/images.digests was not written."
        return 1
    fi
    push_list=$(for k in "$@"; do cat "$run_dir/$k.digests"; done | LC_ALL=C sort -u)
    push_list="# Pushed images by digest, for ./deploy.sh up --pull in a copy of this kit.
$push_list"
    (umask "$user_umask" && put "$kit_dir/images.digests" "$push_list") || die 3 "Cannot write $kit_dir/images.digests: is the folder read-only, or the disk full?"
    printf '%s\n' "$push_list" | while read -r push_at push_reference; do
        [ "$push_at" = '#' ] || say "  $push_reference is $push_at"
    done
    say "Their digests are in $kit_dir/images.digests, for ./deploy.sh up --pull."
}

ended_push() { # STEP OUTCOME
    describe "$1"
    if [ "$2" = pushed ]; then
        say "$position $c_good""pushed$c_off  $id ($span_text)"
        return 0
    fi
    failed_keys="$failed_keys $1"
    complain "$position FAILED  pushing what $id has built ($span_text)"
    show_log "$1"
    blame_disk
}

work_push() {
    echo "=== $utc start pushing what $id has built"
    rm -f "$run_dir/$key.digests"
    run_part push
    outcome=failed
    [ "$rc" != 0 ] || outcome=pushed
    stamp
    echo "=== $utc end: $outcome"
}

push_image() { # REFERENCE: pushes it as it was built here
    if [ -n "$showing" ]; then
        echo "    docker push $1"
        return 0
    fi
    push_said=$(docker push "$1" 2>&1 </dev/null) || { push_failed "$1"; return 1; }
    printf '%s\n' "$push_said"
    push_digest=$(printf '%s\n' "$push_said" | sed -n 's/.*digest: *\([a-z0-9]*:[0-9a-f]*\) .*/\1/p' | tail -n 1)
    note_digest "$1"
}

push_build() { # REFERENCE OPTION… CONTEXT: builds it for its platforms, and with its attestations, into the registry
    push_reference=$1
    shift
    if [ -n "$showing" ]; then
        echo "    docker buildx build --push $*"
        return 0
    fi
    rm -f "$run_dir/$key.metadata"
    push_said=$(docker buildx build --push --metadata-file "$run_dir/$key.metadata" "$@" 2>&1 </dev/null) || { push_failed "$push_reference"; return 1; }
    printf '%s\n' "$push_said"
    push_digest=$(tr -d ' \n' <"$run_dir/$key.metadata" | sed -n 's/.*"containerimage[.]digest":"\([a-z0-9]*:[0-9a-f]*\)".*/\1/p')
    note_digest "$push_reference"
}

note_digest() { # REFERENCE: notes push_digest
    [ -n "$push_digest" ] || { echo "The digest of $1 is unknown: docker did not print it."; return 1; }
    repository_of "$1"
    echo "$repository@$push_digest $1" >>"$run_dir/$key.digests"
}

repository_of() { # REFERENCE: sets repository to it without tag and digest, and registry to its host, '' for Docker Hub
    repository=${1%%@*}
    case ${repository##*/} in *:*) repository=${repository%:*} ;; esac
    registry=''
    case $repository in */*) registry=${repository%%/*} ;; esac
    case $registry in *.* | *:* | localhost) ;; *) registry='' ;; esac
}

push_failed() { # REFERENCE: prints what docker said, and what to do
    printf '%s\n' "$push_said"
    repository_of "$1"
    case $push_said in
        *[Dd]enied* | *nauthorized* | *'authentication required'* | *'no basic auth'*)
            echo "The registry refuses this user. To log in: docker login${registry:+ $registry}" ;;
        *'no such host'* | *'connection refused'* | *'i/o timeout'* | *'ontext deadline exceeded'*)
            echo "The registry ${registry:-docker.io} cannot be reached." ;;
        *'anifest unknown'* | *'not found'*)
            echo "The registry has no such image (any more)." ;;
        *'ultiple platforms'* | *ttestation*)
            echo "This builder cannot build for several platforms, or attestations. One that can: docker buildx create --use" ;;
    esac
}

# ---- up --pull

choose_pulls() { # sets pulled to the steps whose images are pulled instead of being built
    pulled=''
    [ -n "$want_pull" ] && [ -z "$stay" ] || return 0
    read_digests
    pull_list='' pull_here='' pull_missing='' pull_look=1 key=''
    for k in $steps; do
        describe "$k"
        case $has in
            *pull*)
                pull_list="$pull_list $k"
                "action_$action" pull
                ;;
            *sources* | *push*) pull_here="$pull_here${pull_here:+, }$id" ;;
        esac
    done
    pull_look='' pulled=$pull_list
    [ -z "$pull_missing" ] || die 5 "images.digests has no digest of$pull_missing. It must be that of this kit; ./deploy.sh build --push, where the images are built, writes it."
    [ -z "$pull_here" ] || say "Built here, because they do not only build images that have 'push' in the manifest: $pull_here"
}

read_digests() { # sets pull_digests to lines "REFERENCE NAME@DIGEST"
    pull_digests='
'
    [ -f "$kit_dir/images.digests" ] || die 3 "$kit_dir/images.digests is missing: ./deploy.sh build --push, where the images are built, writes it. Copy it into this folder."
    while read -r pull_at pull_reference || [ -n "$pull_at" ]; do
        case $pull_at:$pull_reference in
            : | '#'*) ;;
            *[!A-Za-z0-9._:@/-]*) die 5 "images.digests has a line that is not NAME@DIGEST REFERENCE: $pull_at $pull_reference" ;;
            ?*@?*:?*:?*) pull_digests="$pull_digests$pull_reference $pull_at
" ;;
            *) die 5 "images.digests has a line that is not NAME@DIGEST REFERENCE: $pull_at $pull_reference" ;;
        esac
    done <"$kit_dir/images.digests"
}

digest_of() { # REFERENCE: sets pull_from to its NAME@DIGEST in images.digests, '' if that has none
    pull_from=''
    case $pull_digests in *"
$1 "*)
        pull_from=${pull_digests#*"
$1 "}
        pull_from=${pull_from%%"
"*}
        ;;
    esac
}

pull_image() { # PLATFORM NAME…: pulls the image by the digest of its first name, and gives it all names
    pull_platform=$1
    shift
    digest_of "$1"
    if [ -n "$pull_look" ]; then
        [ -n "$pull_from" ] || pull_missing="$pull_missing${pull_missing:+,} $1"
        return 0
    elif [ -n "$showing" ]; then
        echo "    docker pull $pull_from"
        return 0
    fi
    if ! docker image inspect "$pull_from" >/dev/null 2>&1 </dev/null; then
        push_said=$(docker pull ${pull_platform:+--platform "$pull_platform"} "$pull_from" 2>&1 </dev/null) || { push_failed "$pull_from"; return 1; }
        printf '%s\n' "$push_said"
    fi
    for pull_name in "$@"; do
        docker tag "$pull_from" "$pull_name" </dev/null || return 1
    done
}

leave_out() { # leaves steps out of this run that only builds need which it doesn't run; sets left_out
    left_out=' '
    left_builds=" $pulled "
    if [ -n "$stay" ]; then
        for k in $steps; do
            describe "$k"
            case $has in *sources*) left_builds="$left_builds$k " ;; esac
        done
    fi
    if [ "$left_builds" != '  ' ]; then
        set --
        for k in $steps; do set -- "$k" "$@"; done
        for k in "$@"; do
            eval "left_links=\${l_$k-}"
            [ -n "$left_links" ] || continue
            case $left_builds in *" $k "*) continue ;; esac
            for link in $left_links; do
                case $left_builds$left_out in *" ${link%%:*} "*) ;; *) continue 2 ;; esac
            done
            left_out="$left_out$k "
            eval "s_$k=skip"
        done
    fi
    [ -z "$dry_run" ] || return 0
    if [ "$left_out" = ' ' ]; then
        rm -f "$state_dir/left_out"
    else
        put "$state_dir/left_out" "$left_out" || die 3 "Cannot write to $state_dir: is the disk full?"
    fi
}
