# ---- files

durable() { # FILE|FOLDER…: syncs them to disk
    sync "$@" 2>/dev/null || sync
}

put() { # FILE LINE: writes a file atomically and durably
    { printf '%s\n' "$2" >"$1.new"; } 2>/dev/null && durable "$1.new" && mv -f "$1.new" "$1" && durable "${1%/*}"
}

make_folders() {
    umask 077
    link_state
    for folder in "$base" "$state_dir" "$log_dir" "$run_dir" "$base/secrets" "$base/reports"; do
        [ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null ||
            die 3 "Cannot create the folder $folder: give this user write permission for $kit_dir, or free disk space."
    done
    can_write || die 3 "Cannot write to $state_dir: is it read-only, or the disk full?"
    # Git ignores the state, whatever the .gitignore in its folder says. Another run may make the file now, too.
    [ -e "$base/.gitignore" ] || put "$base/.gitignore" '*' || [ -e "$base/.gitignore" ] || die 3 "Cannot write to $base: is the disk full?"
}

can_write() { # can a small file be written?
    can_write=1
    { printf '%02000d\n' 0 >"$state_dir/probe"; } 2>/dev/null || can_write=''
    rm -f "$state_dir/probe"
    [ -n "$can_write" ]
}

why_unwritten() { # sets why: the reason why this script can't write to its folder
    disk_space "$base"
    if [ ! -d "$state_dir" ]; then
        why="the folder $state_dir no longer exists"
    elif [ "${disk_free:-8}" -lt 8 ]; then
        why="the disk is full ($disk_free KB free in $base)"
    elif can_write; then
        why="writing failed, but works again now${disk_free:+ ($disk_free KB free in $base)}: the disk may have been full for a moment"
    else
        why="writing to $state_dir fails: is it read-only, or is the disk quota or the number of inodes exhausted?"
    fi
}

disk_space() { # FOLDER: sets disk_free to the free KB there, '' if unknown
    disk_free=$(df -P -k "$1" 2>/dev/null | LC_ALL=C awk 'NR == 2 { print $4 }')
    case $disk_free in *[!0-9]*) disk_free='' ;; esac
}

blame_disk() { # after a failure: reports that writing fails, if it does
    can_write && return 0
    why_unwritten
    complain "A possible cause: $why."
}

link_target() { # LINK: sets target to where a symlink points
    target=$(readlink "$1" 2>/dev/null) || {
        target=$(LC_ALL=C ls -ld "$1" 2>/dev/null)
        target=${target##* -> }
    }
}

highest_lock() { # sets highest to the number of the newest lock, 0 if there is none
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

take_lock() { # a second run at the same time ends here
    # A lock is a symlink, because creating one with its content is atomic. A stale
    # lock is never removed first: its successor has the next number.
    find_boot
    lock_tries=0
    while :; do
        highest_lock
        if [ "$highest" -gt 0 ]; then
            link_target "$base/lock.$highest"
            holder=${target%%:*}
            holder_rest=${target#*:}
            if [ "${holder_rest#*:}" = "$boot" ] && same_process "$holder" "${holder_rest%%:*}"; then
                die 4 "Another deploy.sh (PID $holder) is running in $kit_dir. Wait for it, or stop it: kill $holder"
            fi
        fi
        myself
        mine=$((highest + 1))
        if ! ln -s "$me:$start_time:$boot" "$base/lock.$mine" 2>/dev/null; then
            lock_tries=$((lock_tries + 1)) # another run was faster, or writing fails
            [ "$lock_tries" -lt 20 ] || die 3 "Cannot create the lock $base/lock.$mine: is the folder read-only, or the disk full?"
            continue
        fi
        lock=$base/lock.$mine # from here on, this run removes it
        highest_lock
        [ "$highest" = "$mine" ] && break
        rm -f "$lock" # another run has taken a newer lock meanwhile
        lock=''
    done
    set +f
    for lock_path in "$base"/lock.*; do
        lock_number=${lock_path##*.}
        [ "$lock_number" = "$mine" ] || [ ! -L "$lock_path" ] || [ "$lock_number" -gt "$mine" ] || rm -f "$lock_path"
    done
    set -f
    lock_owner
}
