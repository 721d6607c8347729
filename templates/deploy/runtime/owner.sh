# ---- whose deployment it is
#
# On one Docker host, one state belongs to a Compose project. Which one, say the
# labels of the project's containers (the folder that Compose ran in), and the note
# in the state (.omegagen/owner): its ID, the folder that it is used from, and
# folders that it was used from before, which labels of older containers still name.

state_paths() { # makes --state and the argument of adopt absolute, in the caller's folder
    state_wanted=${state_wanted:-${OMEGAGEN_STATE-}}
    case $state_wanted in '' | /*) ;; *) state_wanted=$(pwd)/$state_wanted ;; esac
    [ "$command" = adopt ] || return 0
    [ -n "$adopt_lost$argument" ] || usage_error 'adopt requires the folder whose deployment is taken over, or --lost' ''
    [ -z "$adopt_lost" ] || [ -z "$argument" ] || usage_error 'adopt requires either a folder or --lost, not both' ''
    case $argument in '' | /*) ;; *) argument=$(pwd)/$argument ;; esac
}

find_state() { # sets base, the folder of the state: .omegagen, the folder that it links to, or that of --state
    base=$kit_dir/.omegagen state_link='' state_gone=''
    if [ -L "$base" ]; then
        link_target "$base"
        [ -d "$base" ] || state_gone=1
        [ -z "$state_gone" ] || [ "$command" = status ] || [ -n "$state_wanted" ] || [ "$command:$adopt_lost" = adopt:1 ] ||
            die 5 "The state of this deployment is gone: $base is a link to $target, which does not exist. Restore that folder; or remove the link, and continue without it: ./deploy.sh adopt --lost"
        state_real=$(cd -- "$base" 2>/dev/null && pwd -P) || state_real=$target
        [ ! -d "$state_wanted" ] || state_wanted=$(cd -- "$state_wanted" && pwd -P)
        [ -z "$state_wanted" ] || [ "$state_real" = "$state_wanted" ] ||
            die 5 "The state of this deployment is in $state_real, because $base links to it; --state says $state_wanted. Remove the link if that is right."
        [ ! -d "$base" ] || base=$state_real
    fi
    [ -n "$state_wanted" ] || return 0
    if [ -d "$base" ] && [ ! -L "$kit_dir/.omegagen" ] && ! rmdir "$base" 2>/dev/null; then
        quote_word "$base"
        state_real=$quoted
        quote_word "$state_wanted"
        die 5 "The state of this deployment is in $base. To keep it in $state_wanted from now on: mv $state_real $quoted"
    fi
    base=$state_wanted state_link=1
    [ -d "$base" ] || return 0
    [ -d "$base/state" ] || [ -f "$base/adopted" ] || { [ -d "$base/logs" ] && [ -d "$base/reports" ] && [ -d "$base/run" ]; } || rmdir "$base" 2>/dev/null ||
        die 5 "The folder $base of --state holds other files and no state of a deployment. Choose an empty or a new folder."
    [ ! -d "$base" ] || base=$(cd -- "$base" && pwd -P) || die 3 "Cannot enter the folder $base."
}

link_state() { # makes the kit's .omegagen a link to the folder of --state, because docker-compose.yml refers to the secrets in it
    [ -n "$state_link" ] || return 0
    { mkdir -p "$base" 2>/dev/null && base=$(cd -- "$base" && pwd -P); } || die 3 "Cannot create the folder $base of --state."
    state_dir=$base/state log_dir=$base/logs run_dir=$base/run state_link=''
    watch_bodies
    [ -L "$kit_dir/.omegagen" ] || ln -s "$base" "$kit_dir/.omegagen" 2>/dev/null
    [ "$(cd -- "$kit_dir/.omegagen" 2>/dev/null && pwd -P)" = "$base" ] ||
        die 3 "Cannot make $kit_dir/.omegagen a link to $base: give this user write permission for $kit_dir."
}

changes() { # does the command change the deployment?
    case $command:$argument in up:* | rollback:* | uninstall:* | down:* | reset:* | secret:set | secret:rotate) return 0 ;; esac
    return 1
}

read_owner() { # STATE: sets owner_id, owner_project, owner_folder and owner_formers (lines) from its note; '' without one
    owner_id='' owner_project='' owner_folder='' owner_formers=''
    [ -f "$1/owner" ] || return 0
    while IFS= read -r owner_line; do
        case $owner_line in
            'id '*) owner_id=${owner_line#id } ;;
            'project '*) owner_project=${owner_line#project } ;;
            'folder '*) owner_folder=${owner_line#folder } ;;
            'former '*) owner_formers="$owner_formers${owner_line#former }
" ;;
        esac
    done <"$1/owner"
}

write_owner() { # FILE FOLDER: writes the note, for a state that is now used from FOLDER
    { [ -n "$owner_id" ] || owner_id=$(od -A n -v -t x1 -N 8 /dev/urandom | tr -d ' \n'); } &&
        put "$1" "id $owner_id
project $project
folder $2${owner_formers:+
}$(printf '%s' "$owner_formers" | sed 's/^/former /')"
}

note_owner() { # under the lock: the state is used from this folder
    read_owner "$base"
    [ "$owner_folder" != "$kit_dir" ] && [ -n "$owner_checked" ] || return 0
    [ -z "$owner_folder$owner_moved" ] || owner_formers="$(printf '%s\n' "$owner_folder" "$owner_moved" "$owner_formers" | grep -vxF -e "$kit_dir" -e '' || :)
"
    write_owner "$base/owner" "$kit_dir" || die 3 "Cannot write to $base: is the disk full?"
}

has_records() { # STATE: does it hold anything of a deployment?
    [ -f "$1/owner" ] || [ -f "$1/state/plan" ]
}

owner_seen() { # sets owner_folders to the folders (lines) that the project's containers were started from; 1 if Docker can't tell
    owner_folders=''
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 1
    owner_folders=$(docker ps --all --filter "label=com.docker.compose.project=$project" \
        --format '{{.Label "com.docker.compose.project.working_dir"}}' 2>/dev/null </dev/null) || return 1
    owner_folders=$(printf '%s\n' "$owner_folders" | LC_ALL=C sort -u | sed '/^$/d')
}

owner_volumes() { # prints the project's volumes
    docker volume ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}}' 2>/dev/null </dev/null
}

is_ours() { # FOLDER, of a container: was it started from this folder, or from one that this state was used from?
    case $1 in "$kit_dir" | "$kit_dir"/*) return 0 ;; esac
    case "
$owner_folder
$owner_formers" in *"
$1
"*) return 0 ;; esac
    is_real=$(cd -- "$1" 2>/dev/null && pwd -P) || return 1
    [ "$is_real" = "$kit_dir" ] || [ "$(cd -- "$1/.omegagen" 2>/dev/null && pwd -P)" = "$base" ]
}

is_gone() { # FOLDER: is it certain that it doesn't exist?
    is_said=$(LC_ALL=C ls -d -- "$1" 2>&1) && return 1
    case $is_said in *'No such file'* | *'ot a directory'*) return 0 ;; esac
    return 1
}

is_rival() { # FOLDER: does it, too, use a state with the ID of the note? A moved folder's state isn't in the old place any more
    is_gone "$1/.omegagen" && return 1
    is_real=$(cd -- "$1/.omegagen" 2>/dev/null && pwd -P) || return 0 # it is there and this user can't look
    [ "$is_real" != "$base" ] && [ ! -f "$is_real/adopted" ] || return 1
    ! is_gone "$is_real/owner" || return 1
    [ -r "$is_real/owner" ] || return 0
    grep -qxF "id $owner_id" "$is_real/owner"
}

check_owner() { # before anything is changed: ends with 5 if the deployment belongs to another folder
    changes || return 0
    [ ! -d "$base/adopting" ] || end_adoption
    if [ -f "$base/adopted" ]; then
        read_adopted "$base"
        refuse "The deployment of '$project' was taken over from this folder by $adopted_by." "$adopted_by"
    fi
    read_owner "$base"
    [ -z "$owner_project" ] || [ "$owner_project" = "$project" ] ||
        die 5 "The state in $base is that of '$owner_project', not of '$project'. Choose another folder for --state."
    if [ -n "$owner_folder" ] && [ "$owner_folder" != "$kit_dir" ] && is_rival "$owner_folder"; then
        refuse "The state in $base is a copy of that of $owner_folder, whose deployment of '$project' this is." "$owner_folder"
    fi
    owner_here='' owner_moved='' owner_checked=''
    owner_seen || { [ -n "$compose_file" ] || owner_checked=1; return 0; } # what needs Docker says that it doesn't respond
    owner_checked=1
    while IFS= read -r owner_line; do
        [ -n "$owner_line" ] || continue
        if [ -z "$owner_folder" ] && has_records "$base" && is_gone "$owner_line"; then # the state of an older runtime, in a folder that was moved
            owner_moved="$owner_moved$owner_line
"
            continue
        fi
        is_ours "$owner_line" || refuse "'$project' is already deployed on this Docker host, from another folder: $owner_line" "$owner_line"
        owner_here=1
    done <<FOLDERS
$owner_folders
FOLDERS
    ! has_records "$base" || return 0
    if [ -n "$owner_here" ]; then
        missing_secrets
        [ -z "$missing_secrets" ] || [ "$command" != up ] ||
            refuse "'$project' was deployed from this folder, but its state, with secrets that its containers use ($missing_secrets), is no longer in $base." ''
    else
        owner_line=$(owner_volumes) || return 0
        [ -z "$owner_line" ] ||
            refuse "There are volumes of '$project' on this Docker host already, and this folder has no state of that deployment: $(printf '%s' "$owner_line" | tr '\n' ' ')" ''
    fi
}

still_ours() { # before containers are started: has no run in another folder started some since this one began?
    read_owner "$base"
    owner_seen || return 0
    while IFS= read -r owner_line; do
        [ -z "$owner_line" ] || is_ours "$owner_line" || {
            echo "Containers of '$project' were just started from another folder: $owner_line"
            return 1
        }
    done <<FOLDERS
$owner_folders
FOLDERS
}

refuse() { # TEXT OTHER: says what to do, and ends
    complain "$1"
    quote_word "${2:-FOLDER}"
    case $2 in
        '') complain "To take over the state from the folder that has it: ./deploy.sh adopt FOLDER" ;;
        *) complain "Run ./deploy.sh in $2; to take the deployment over with its state and secrets: ./deploy.sh adopt $quoted" ;;
    esac
    die 5 "If that folder is gone: ./deploy.sh adopt --lost, which lists what is lost. Nothing was changed."
}

missing_secrets() { # sets missing_secrets to the secrets of the kit that neither the state nor .env has
    missing_secrets=''
    for missing_name in $(secrets); do
        [ ! -s "$base/secrets/$missing_name" ] || continue
        dotenv_value=''
        for missing_pair in $exposed; do
            [ "${missing_pair#*=}" != "$missing_name" ] || dotenv "${missing_pair%%=*}"
        done
        [ -n "$dotenv_value" ] || missing_secrets="$missing_secrets${missing_secrets:+, }$missing_name"
    done
}

lock_owner() { # after the lock was taken: is the state still this folder's? notes it
    changes || return 0
    [ ! -f "$base/adopted" ] || { read_adopted "$base"; refuse "The deployment of '$project' was just taken over from this folder by $adopted_by." "$adopted_by"; }
    [ "$command" != up ] || note_owner
}
