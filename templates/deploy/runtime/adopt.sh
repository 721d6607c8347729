# ---- taking over a deployment
#
# A takeover copies the other folder's state to adopting/data, then writes the file
# adopted there, which is the moment from which the state is this folder's: before
# it, the copy is discarded; after it, the next run here puts the copy in place, and
# the other folder's runs end. Under the locks of both.

command_adopt() {
    check_kit warn
    load_plan
    [ -z "$dry_run" ] || usage_error 'adopt has no dry run; adopt --lost asks before it changes anything' ''
    [ ! -d "$base/adopting" ] || end_adoption
    if [ -n "$adopt_lost" ]; then adopt_lost; else adopt_other "$argument"; fi
}

read_adopted() { # STATE: sets adopted_by and adopted_id from its file adopted
    adopted_by='' adopted_id=''
    { IFS= read -r adopted_by && IFS= read -r adopted_id; } 2>/dev/null <"$1/adopted" || :
}

adopt_other() { # FOLDER: takes over its state
    if [ -d "$1/.omegagen" ]; then
        other_base=$1/.omegagen other_dir=$(cd -- "$1" && pwd -P)
    elif [ -d "$1/state" ] || [ -f "$1/owner" ]; then
        other_base=$1 other_dir=''
    else
        ! is_gone "$1" || die 5 "There is no folder $1. If it is gone for good: ./deploy.sh adopt --lost"
        die 5 "The folder $1 has no state of a deployment (.omegagen), or this user cannot read it."
    fi
    { other_base=$(cd -- "$other_base" 2>/dev/null && pwd -P) && [ -x "$other_base" ] && [ -w "$other_base" ]; } ||
        die 3 "This user cannot read and change the state in $1/.omegagen."
    [ "$other_base" != "$base" ] || die 2 "$1 is this deployment's own folder."
    if [ -f "$other_base/adopted" ]; then
        read_adopted "$other_base"
        [ "$adopted_by" != "$kit_dir" ] || { say "The deployment of $1 is this folder's already."; return 0; }
        die 5 "The deployment of $1 was taken over by $adopted_by: adopt that one."
    fi
    has_records "$other_base" || die 5 "The state in $other_base has no record of a deployment."
    read_owner "$other_base"
    [ -n "$owner_project" ] || [ -z "$other_dir" ] ||
        owner_project=$(sed -n "s/^    project='\(.*\)'\$/\1/p" "$other_dir/deploy/plan.sh" 2>/dev/null)
    [ -z "$owner_project" ] || [ "$owner_project" = "$project" ] || die 5 "$1 deploys '$owner_project', not '$project'."
    check_other
    make_folders
    adopt_base=$base adopt_dir=$kit_dir
    base=$other_base kit_dir=${other_dir:-$other_base} state_dir=$other_base/state
    take_lock
    other_lock=$lock lock=''
    survivors
    base=$adopt_base kit_dir=$adopt_dir state_dir=$adopt_base/state
    take_lock
    [ ! -f "$other_base/adopted" ] || die 5 "The deployment of $1 was just taken over by another folder."
    copy_state || { rm -rf "$base/adopting"; die 3 "Cannot copy the state of $1 to $base: is the disk full, or a file there not readable?"; }
    put "$other_base/adopted" "$kit_dir
$adopt_id" || { rm -rf "$base/adopting"; die 3 "Cannot write to $other_base: is the disk full?"; }
    place_state || die 3 "Cannot write to $base: is the disk full? The next ./deploy.sh continues the takeover."
    rm -f "$other_lock"
    other_lock=''
    say "This folder has taken over the deployment of $1: its records, secrets, logs and reports are in $base."
    say "Next: ./deploy.sh"
}

check_other() { # are the project's containers those of the other state?
    owner_seen || return 0
    [ -z "$owner_folder" ] || [ "$owner_folder" = "$other_dir" ] || owner_formers="$owner_formers$owner_folder
"
    owner_folder=$other_dir
    while IFS= read -r check_line; do
        case $check_line in '' | "$other_dir"/*) continue ;; esac
        is_ours "$check_line" || [ "$(cd -- "$check_line" 2>/dev/null && pwd -P)" = "$other_dir" ] ||
            die 5 "The containers of '$project' were started from another folder: $check_line. Take over that one: ./deploy.sh adopt $check_line"
    done <<FOLDERS
$owner_folders
FOLDERS
}

copy_state() { # copies the state in other_base to adopting
    rm -rf "$base/adopting" && mkdir "$base/adopting" "$base/adopting/data" || return 1
    adopt_id=$(od -A n -v -t x1 -N 8 /dev/urandom | tr -d ' \n')
    printf '%s\n%s\n' "$other_base" "$adopt_id" 2>/dev/null >"$base/adopting/from" || return 1
    set +f
    set -- "$other_base"/*
    set -f
    for adopt_entry in "$@"; do
        case ${adopt_entry##*/} in
            # a run's own, and the checksums of edits in the other kit
            lock.* | run | kit | adopting | adopted | before-adoption | accepted | owner | *.new) continue ;;
        esac
        cp -Rp "$adopt_entry" "$base/adopting/data/" 2>/dev/null || return 1
    done
    [ -f .env ] || [ ! -f "$other_dir/.env" ] || cp -p "$other_dir/.env" "$base/adopting/env" 2>/dev/null || return 1
    read_owner "$other_base"
    owner_formers="$(printf '%s\n' "$owner_folder" "$other_dir" "$owner_formers" | grep -vxF -e "$kit_dir" -e '' | LC_ALL=C sort -u)
"
    write_owner "$base/adopting/data/owner" "$kit_dir" || return 1
    sync
    : >"$base/adopting/whole"
    sync
}

end_adoption() { # ends a takeover that was interrupted
    [ -z "$dry_run" ] || die 5 'A takeover of a deployment was interrupted. ./deploy.sh ends it; a dry run changes nothing.'
    make_folders
    end_command=$command command=adopt
    take_lock
    command=$end_command
    other_base='' adopt_id=''
    { IFS= read -r other_base && IFS= read -r adopt_id; } 2>/dev/null <"$base/adopting/from" || :
    adopted_id=''
    if [ -n "$adopt_id" ] && [ -f "$other_base/adopted" ]; then
        read_adopted "$other_base"
    elif [ -f "$base/adopting/whole" ] && is_gone "$other_base"; then
        adopted_id=$adopt_id # what was copied is all there is
    fi
    if [ -n "$adopt_id" ] && [ "$adopted_id" = "$adopt_id" ]; then
        place_state || die 3 "Cannot write to $base: is the disk full?"
        say "Ended the takeover of the state in $other_base, which was interrupted."
    else
        rm -rf "$base/adopting"
    fi
    rm -f "$lock"
    lock=''
}

place_state() { # puts what was copied in place, and removes it from other_base; can be done again after a kill
    set +f
    set -- "$base/adopting/data"/*
    set -f
    for adopt_entry in "$@"; do
        [ -e "$adopt_entry" ] || continue
        adopt_name=${adopt_entry##*/}
        if [ -e "$base/$adopt_name" ] && ! rmdir "$base/$adopt_name" 2>/dev/null; then
            mkdir -p "$base/before-adoption" && rm -rf "$base/before-adoption/$adopt_name" &&
                mv "$base/$adopt_name" "$base/before-adoption/$adopt_name" || return 1
        fi
        mv "$adopt_entry" "$base/$adopt_name" || return 1
    done
    if [ -f "$base/adopting/env" ]; then
        [ -f .env ] || { cp -p "$base/adopting/env" .env.new && mv -f .env.new .env; } || return 1
    fi
    rm -f "$base/adopted"
    sync
    if [ -f "$other_base/adopted" ]; then
        set +f
        set -- "$other_base"/*
        set -f
        for adopt_entry in "$@"; do
            case ${adopt_entry##*/} in lock.* | adopted) ;; *) rm -rf "$adopt_entry" ;; esac
        done
    fi
    rm -rf "$base/adopting"
}

adopt_lost() { # continues a deployment whose state is lost
    owner_seen || [ -z "$compose_file" ] || die 3 "Docker does not respond, so it is unknown whose deployment of '$project' is there."
    read_owner "$base"
    lost_folders='' adopted_by=''
    [ ! -f "$base/adopted" ] || read_adopted "$base"
    while IFS= read -r lost_line; do
        [ -n "$lost_line" ] || continue
        if is_ours "$lost_line"; then continue; fi
        lost_state=$lost_line/.omegagen
        if ! is_gone "$lost_state" && [ ! -f "$lost_state/adopted" ] && { [ ! -x "$lost_state" ] || has_records "$lost_state"; }; then
            quote_word "$lost_line"
            die 5 "The state of the deployment isn't lost, it is in $lost_state. To take it over: ./deploy.sh adopt $quoted"
        fi
        lost_folders="$lost_folders$lost_line
"
    done <<FOLDERS
$owner_folders
$adopted_by
FOLDERS
    if [ -z "$lost_folders" ] && [ -z "$state_gone" ] && has_records "$base"; then
        say "Nothing is lost: the state of this folder's deployment is in $base."
        return 0
    fi
    list_lost
    confirm "Continue the deployment of '$project' without what is lost?"
    [ -z "$state_gone" ] || rm -f "$kit_dir/.omegagen"
    make_folders
    take_lock
    rm -f "$base/adopted"
    owner_formers="$owner_formers$lost_folders"
    [ -z "$owner_folder" ] || [ "$owner_folder" = "$kit_dir" ] || owner_formers="$owner_formers$owner_folder
"
    adopt_env
    lost_records
    write_owner "$base/owner" "$kit_dir" || die 3 "Cannot write to $base: is the disk full?"
    say "This folder continues the deployment of '$project'. ./deploy.sh finds out by validation which steps are done, and runs the others."
}

list_lost() { # says what is lost with the state
    say "Lost with the former state of '$project'${lost_folders:+ ($(printf '%s' "$lost_folders" | tr '\n' ' ' | sed 's/ $//'))}, unless this folder has it:"
    missing_secrets
    [ -z "$missing_secrets" ] || {
        say "  secrets: $missing_secrets. New values are made; a server that keeps the old one with its data, as databases do, refuses them."
        say "    A value that you know: put it, without a newline, in $base/secrets/NAME before you continue."
    }
    has_records "$base" || say '  records: which steps are done, what they were made from, the fallback that was taken.'
    [ -d "$base/releases" ] || say '  releases: no rollback to one of them.'
    [ -d "$base/reports" ] || say '  logs and reports.'
    say "Containers, volumes, images and their data are as they were."
}

lost_records() { # lets validation decide which steps are done, except those that use lost secrets
    ! has_records "$base" || return 0
    find_causes
    for k in $steps; do
        describe "$k"
        observe_all observes
        case "$observed " in
            *' secret none '*) # new secrets: its containers, if it has any, are replaced
                printf 'step %s\naction lost\ninput secret lost -\nmade lost\nend 0 0 lost\n' "$id" 2>/dev/null >"$state_dir/$k.was" || :
                continue
                ;;
        esac
        [ -z "$secret" ] || continue
        case $has in
            *validate*)
                eval "needs_causes=\${from_$k-}"
                for need in $needs_causes; do observed_lines="${observed_lines}need $need unknown
"; done
                # As of a step whose script had begun when a run was killed.
                printf 'step %s\naction %s %s\nplan %s\n%sbody 0 0\n' "$id" "$hash" "$runs" "$plan_hash" "$observed_lines" 2>/dev/null >"$state_dir/$k.run" || :
                ;;
        esac
    done
}
