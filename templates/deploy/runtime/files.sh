# ---- files

durable() { # FILE|FOLDER…: what was written there reaches the disk
    sync "$@" 2>/dev/null || sync
}

put() { # FILE LINE: writes a file such that it is there whole or not at all, whenever the power goes
    { printf '%s\n' "$2" >"$1.new"; } 2>/dev/null && durable "$1.new" && mv -f "$1.new" "$1" && durable "${1%/*}"
}

make_folders() {
    umask 077
    for folder in "$base" "$state_dir" "$log_dir" "$run_dir" "$base/secrets" "$base/reports"; do
        [ -d "$folder" ] || mkdir -p "$folder" 2>/dev/null ||
            die 3 "The folder $folder cannot be made: give this user the right to write in $kit_dir, or free disk space."
    done
    can_write || die 3 "Nothing can be written in $state_dir: is it read-only, or the disk full?"
}

can_write() { # is there room for a small file?
    can_write=1
    { printf '%02000d\n' 0 >"$state_dir/probe"; } 2>/dev/null || can_write=''
    rm -f "$state_dir/probe"
    [ -n "$can_write" ]
}

why_unwritten() { # sets why: what keeps this script from writing in its folder
    disk_space "$base"
    if [ ! -d "$state_dir" ]; then
        why="the folder $state_dir is gone"
    elif [ "${disk_free:-8}" -lt 8 ]; then
        why="the disk is full ($disk_free KB are free in $base)"
    elif can_write; then
        why="the disk was full, or out of order, and no longer is${disk_free:+ ($disk_free KB are free in $base)}"
    else
        why="nothing can be written in $state_dir: is it read-only, or its disk's quota or number of files used up?"
    fi
}

disk_space() { # FOLDER: sets disk_free to the KB that are free there, '' when that cannot be told
    disk_free=$(df -P -k "$1" 2>/dev/null | LC_ALL=C awk 'NR == 2 { print $4 }')
    case $disk_free in *[!0-9]*) disk_free='' ;; esac
}

blame_disk() { # says so when what has failed may have done so because nothing can be written
    can_write && return 0
    why_unwritten
    complain "Just now $why, which may be the cause."
}

link_target() { # LINK: sets target to where a symlink points
    target=$(readlink "$1" 2>/dev/null) || {
        target=$(LC_ALL=C ls -ld "$1" 2>/dev/null)
        target=${target##* -> }
    }
}

highest_lock() { # sets highest to the number of the newest lock, 0 when there is none
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

take_lock() { # of two runs at once, the second ends here
    # A lock is a symlink, so that its creation and its content are one step. A
    # stale one is never removed first: its successor has the next number.
    find_boot
    lock_tries=0
    while :; do
        highest_lock
        if [ "$highest" -gt 0 ]; then
            link_target "$base/lock.$highest"
            holder=${target%%:*}
            holder_rest=${target#*:}
            if [ "${holder_rest#*:}" = "$boot" ] && same_process "$holder" "${holder_rest%%:*}"; then
                die 4 "Another run (process $holder) is at work in $kit_dir. Wait for it, or end it with: kill $holder"
            fi
        fi
        myself
        mine=$((highest + 1))
        if ! ln -s "$me:$start_time:$boot" "$base/lock.$mine" 2>/dev/null; then
            lock_tries=$((lock_tries + 1)) # somebody was faster, or nothing can be written
            [ "$lock_tries" -lt 20 ] || die 3 "The lock $base/lock.$mine cannot be made: is the folder read-only, or the disk full?"
            continue
        fi
        lock=$base/lock.$mine # only now is it this run's to remove
        highest_lock
        [ "$highest" = "$mine" ] && break
        rm -f "$lock" # somebody took over what this run had taken for nobody's
        lock=''
    done
    set +f
    for lock_path in "$base"/lock.*; do
        lock_number=${lock_path##*.}
        [ "$lock_number" = "$mine" ] || [ ! -L "$lock_path" ] || [ "$lock_number" -gt "$mine" ] || rm -f "$lock_path"
    done
    set -f
}
