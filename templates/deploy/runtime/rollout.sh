# ---- rollouts

roll_out() { # MAX PAUSE healthy|ready|running LIMIT SETTLE PAIR…: replaces the containers that exist and have changed, at most MAX at once
    roll_max=$1 roll_pause=$2 roll_want=$3 roll_limit=$4 roll_settle=$5
    shift 5
    roll_total=$#
    [ "$showing" != count ] || return 0
    if [ -n "$showing" ]; then
        roll_how='' roll_names=''
        for roll_pair in "$@"; do
            case $roll_pair in *=@*) roll_how='a second container beside each, ' ;; esac
            roll_names="$roll_names ${roll_pair%%=*}"
        done
        printf '    # %sat most %s at once, each awaited until %s:%s\n' "$roll_how" "$roll_max" "$roll_want" "$roll_names"
        return 0
    fi
    clean_keys="
$(compose_keys)
"
    find_compose
    [ -n "$COMPOSE" ] || { echo 'Docker Compose was not found.'; return 1; }
    case $* in
        *=@*) ;; # beside those that they replace
        *)
            if [ $# -le "$roll_max" ] && [ -z "$roll_force" ]; then # all at once: the script of the step does it
                for roll_pair in "$@"; do
                    find_pair "$roll_pair"
                    make_room || return 1
                done
                return 0
            fi
            ;;
    esac
    # First those that are missing, which takes nothing away, then those that don't
    # serve anyway, so that the others go on serving.
    roll_missing='' roll_ill='' roll_well=''
    for roll_pair in "$@"; do
        find_pair "$roll_pair"
        case $pair_state in
            missing) roll_missing="$roll_missing $roll_pair" ;;
            well) roll_well="$roll_well $roll_pair" ;;
            *) roll_ill="$roll_ill $roll_pair" ;;
        esac
    done
    [ -n "$roll_ill$roll_well" ] || return 0 # the script of the step starts them all
    roll_batch=$roll_missing roll_again=''
    [ -z "$roll_batch" ] || roll_batch || return "$?"
    # shellcheck disable=SC2086 # names of services and containers have no blanks
    set -- $roll_ill $roll_well
    while [ $# -gt 0 ]; do
        roll_batch='' roll_count=0
        while [ $# -gt 0 ] && [ "$roll_count" -lt "$roll_max" ]; do
            roll_batch="$roll_batch $1" roll_count=$((roll_count + 1))
            shift
        done
        [ -z "$roll_again" ] || [ "$roll_pause" = 0 ] || sleep "$roll_pause"
        roll_batch || return "$?"
    done
}

roll_batch() { # replaces the containers of roll_batch where they have changed, and waits until they are as they should be; sets roll_again if any was replaced
    roll_again='' roll_names='' roll_forced='' roll_containers='' roll_wait='' roll_before='' roll_after='' roll_new=''
    case $roll_batch in
        *=@*) start_beside || return 1 ;;
        *) start_instead || return 1 ;;
    esac
    [ -n "$roll_again$roll_wait" ] || return 0
    [ -z "$roll_again" ] || echo "Replaced:$roll_containers"
    roll_rc=0
    # shellcheck disable=SC2086 # names of services and containers have no blanks
    attend "$roll_want" "$roll_limit" "$roll_settle" $roll_containers || roll_rc=$?
    case $roll_rc:$roll_new in
        0:?*) remove_first || return 1 ;;
        75:* | *:) ;; # the run is ending
        *) # those that they were to replace go on serving alone
            for roll_container in $roll_new; do
                docker stop "$roll_container" >/dev/null && docker rm --force "$roll_container" >/dev/null
            done
            ;;
    esac
    [ "$roll_rc" != 0 ] || return 0
    echo 'The rollout stops here; containers that were not replaced keep running.'
    return 1
}

start_instead() { # starts the containers of roll_batch; the former ones are removed just before
    for roll_pair in $roll_batch; do
        find_pair "$roll_pair"
        roll_containers="$roll_containers $pair_container"
        roll_before="$roll_before ${pair_id:--}"
        [ "$pair_state" = well ] || roll_wait=1
        make_room || return 1
        if [ -n "$roll_force" ] && { ! read_token "$pair_service" || ! was_made "$pair_service" "$pair_id"; }; then
            roll_forced="$roll_forced $pair_service"
        else
            roll_names="$roll_names $pair_service"
        fi
    done
    # shellcheck disable=SC2086
    [ -z "$roll_names" ] || $COMPOSE up --detach --no-build --no-deps $roll_names || return 1
    # What Compose doesn't see, it is told: a secret has another value.
    # shellcheck disable=SC2086
    [ -z "$roll_forced" ] || $COMPOSE up --detach --no-build --no-deps --force-recreate $roll_forced || return 1
    for roll_pair in $roll_batch; do
        pair_service=${roll_pair%%=*} pair_container=${roll_pair#*=}
        inspect_pair "${pair_container%%=*}"
        roll_after="$roll_after ${pair_id:--}"
        [ -z "$roll_force" ] || note_made "$pair_service" "$pair_id" || return 1
    done
    [ "$roll_before" = "$roll_after" ] || roll_again=1
}

start_beside() { # starts a second container beside each of roll_batch that has changed; sets roll_new to the new ones that are to replace others
    roll_scales=''
    for roll_pair in $roll_batch; do
        find_pair "$roll_pair"
        [ -z "$pair_fresh" ] || continue
        # shellcheck disable=SC2086
        set -- $pair_all
        roll_names="$roll_names $pair_service" roll_scales="$roll_scales --scale $pair_service=$(($# + 1))" roll_before="$roll_before $pair_all"
    done
    if [ -n "$roll_names" ]; then
        # shellcheck disable=SC2086
        $COMPOSE up --detach --no-build --no-deps --no-recreate $roll_scales $roll_names || return 1
        roll_again=1
    fi
    for roll_pair in $roll_batch; do
        pair_service=${roll_pair%%=*}
        case " $roll_names " in
            *" $pair_service "*) note_new || return 1 ;;
        esac
        find_pair "$roll_pair"
        [ -n "$pair_fresh" ] || { echo "Compose has started no container of $pair_service."; return 1; }
        roll_containers="$roll_containers $pair_fresh"
        [ "$pair_state" = well ] || roll_wait=1
        [ -z "$formers" ] || roll_wait=1 roll_new="$roll_new $pair_fresh"
    done
}

note_new() { # records the containers of pair_service that aren't in roll_before
    formers=''
    add_formers "$pair_service"
    for pair_name in $formers; do
        case "$roll_before " in
            *" $pair_name "*) continue ;;
        esac
        inspect_pair "$pair_name"
        note_made "$pair_service" "$pair_id" || return 1
    done
}

remove_first() { # removes the containers that those of roll_batch, which are as they should be, replace
    for roll_pair in $roll_batch; do
        find_pair "$roll_pair"
        case $pair_state:$pair_fresh in
            well:?*) ;;
            *) echo "The new container of $pair_service has ended."; return 1 ;;
        esac
        make_room || return 1
    done
}

# A PAIR is SERVICE=CONTAINER, or SERVICE=CONTAINER=FORMER=…: a service of the Compose
# file with its container, and what the service may have been called in older kits.

find_pair() { # PAIR: sets pair_service, pair_container, pair_id, formers, and pair_state to missing, well or ill: that of its container, otherwise of those whose place it takes
    pair_service=${1%%=*} pair_container=${1#*=} pair_names=''
    case $pair_container in
        *=*) pair_names=${pair_container#*=} pair_container=${pair_container%%=*} ;;
    esac
    formers='' pair_of='' pair_fresh='' pair_all=''
    case $pair_container in
        @*) find_beside; return 0 ;;
    esac
    inspect_pair "$pair_container"
    case $pair_of in
        '' | "$pair_service") ;;
        *) # another service's, whose name it takes
            of_compose service "$pair_of" || add_former "$pair_container"
            pair_state=missing pair_id=''
            ;;
    esac
    pair_own=$pair_state,$pair_id
    if [ "$pair_state" = missing ]; then # under another name?
        add_formers "$pair_service"
    fi
    add_renamed
    add_holders
    pair_state=${pair_own%%,*}
    [ "$pair_state" != missing ] || best_former
    pair_id=${pair_own#*,}
}

best_former() { # sets pair_state to that of the best of formers
    for pair_former in $formers; do
        inspect_pair "$pair_former"
        [ "$pair_state" != well ] || return 0
    done
}

find_beside() { # the same where Compose chooses the names: sets pair_all to the service's containers, pair_fresh to the one that stays, '' if it must be made, and formers to the others
    read_token "$pair_service" || :
    add_formers "$pair_service"
    pair_all=$formers formers='' pair_own=missing,
    for pair_name in $pair_all; do
        is_made "$pair_name" || continue
        case $pair_fresh:$pair_own:$pair_state in
            :* | *:ill,*:well) pair_fresh=$pair_name pair_own=$pair_state,$pair_id ;;
        esac
    done
    for pair_name in $pair_all; do
        [ "$pair_name" = "$pair_fresh" ] || add_former "$pair_name"
    done
    add_renamed
    pair_state=${pair_own%%,*}
    [ "$pair_state" != missing ] || best_former
    pair_id=${pair_own#*,}
}

is_made() { # CONTAINER: was it made from what the kit has now? sets pair_state and pair_id
    inspect_pair "$1"
    [ "$pair_state" != missing ] && [ -n "$pair_token" ] || return 1
    made_hash='' made_image='' made_tag='' made_now=''
    read -r made_hash made_image made_tag <<MADE
$(docker inspect --type container --format '{{index .Config.Labels "com.docker.compose.config-hash"}} {{.Image}} {{.Config.Image}}' "$1" 2>/dev/null </dev/null)
MADE
    made_now=$(docker image inspect --format '{{.Id}}' "$made_tag" 2>/dev/null </dev/null)
    [ "$made_now" = "$made_image" ] || return 1
    ! was_made "$pair_service" "$pair_id" || return 0
    [ -z "$roll_force" ] && [ "$made_hash" = "${pair_token%%,*}" ]
}

# The file instances has, for the containers that a rollout has made, the service, the
# ID, and the token of what it was made from: the hash of its part of
# docker-compose.yml, and those of its secrets. A rollout that was stopped goes on with those that aren't there.

read_token() { # SERVICE: sets pair_token to what its container is made from
    case $token_known in
        *" $1="*)
            pair_token=${token_known##*" $1="}
            pair_token=${pair_token%% *}
            return 0
            ;;
    esac
    token_profiles='' pair_token=''
    for token_profile in $profiles; do token_profiles="$token_profiles --profile $token_profile"; done
    # shellcheck disable=SC2086
    token_said=$($COMPOSE $token_profiles config --hash "$1" 2>/dev/null </dev/null) || return 1
    pair_token=${token_said##* },$roll_secrets
    token_known="$token_known $1=$pair_token "
}

was_made() { # SERVICE ID: has a rollout made this container from what pair_token says?
    [ -f "$state_dir/instances" ] || return 1
    while read -r made_service made_id made_token; do
        [ "$made_service $made_id $made_token" != "$1 $2 $pair_token" ] || return 0
    done <"$state_dir/instances"
    return 1
}

note_made() { # SERVICE ID: records that its container is made from what the kit has now
    read_token "$1" || return 0
    made_list=''
    [ ! -f "$state_dir/instances" ] || made_list=$(LC_ALL=C awk -v service="$1" '$1 != service' "$state_dir/instances")
    put "$state_dir/instances" "${made_list:+$made_list
}$1 $2 $pair_token"
}

inspect_pair() { # CONTAINER: sets pair_state to missing, well or ill, pair_id, and pair_of to its service
    pair_state=ill pair_id='' pair_of=''
    pair_said=$(docker inspect --type container --format '{{.Id}} {{.State.Status}} {{with .State.Health}}{{or .Status "none"}}{{else}}none{{end}} {{index .Config.Labels "com.docker.compose.service"}}' "$1" 2>&1 </dev/null) || {
        case $pair_said in *[Nn]o\ such*) pair_state=missing ;; esac
        return 0
    }
    pair_id=${pair_said%% *} pair_of=${pair_said##* }
    case $pair_said in *' running healthy '* | *' running none '*) pair_state=well ;; esac
}

add_former() { # CONTAINER: adds it to formers
    case " $formers " in
        *" $1 "*) ;;
        *) formers="$formers $1" ;;
    esac
}

add_formers() { # SERVICE: adds the containers of this service of the project to formers
    while read -r former_name; do
        [ -z "$former_name" ] || add_former "$former_name"
    done <<FORMERS
$(docker ps --all --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False --filter "label=com.docker.compose.service=$1" --format '{{.Names}}' 2>/dev/null </dev/null)
FORMERS
}

add_renamed() { # adds the containers of the services that this one was renamed from, or was renamed to before a rollback
    if [ -f "$base/renamed" ]; then
        while read -r renamed_to renamed_from; do
            [ "$renamed_from" != "$pair_service" ] || pair_names="$pair_names=$renamed_to"
        done <"$base/renamed"
    fi
    while [ -n "$pair_names" ]; do
        pair_name=${pair_names%%=*}
        case $pair_names in
            *=*) pair_names=${pair_names#*=} ;;
            *) pair_names='' ;;
        esac
        [ -n "$pair_name" ] || continue
        of_compose service "$pair_name" || add_formers "$pair_name"
    done
}

add_holders() { # adds what an older kit has on its host ports
    while read -r port_container port_number _; do
        [ "$port_container:${port_number:+set}" = "$pair_container:set" ] || continue
        old_holder "$port_number"
        for port_one in $port_holder; do add_former "$port_one"; done
    done <<PORTS
$(ports)
PORTS
}

make_room() { # removes formers, just before the container of pair_service starts
    for pair_former in $formers; do
        inspect_pair "$pair_former"
        [ "$pair_state" != missing ] || continue
        if of_the_kit "$pair_former"; then
            echo "Removing $pair_former, which has a host port that ${pair_fresh:-$pair_container} takes; its own step starts it again with its new ones."
        else
            echo "Removing $pair_former, whose place ${pair_fresh:-$pair_container} takes."
        fi
        of_compose service "$pair_of" || note_renamed "$pair_of" || return 1
        docker stop "$pair_former" >/dev/null && docker rm --force "$pair_former" >/dev/null || return 1
    done
}

note_renamed() { # SERVICE: records that pair_service was called so, for a rollback
    case $1 in '' | "$pair_service") return 0 ;; esac
    renamed_list=$(cat "$base/renamed" 2>/dev/null)
    case "
$renamed_list
" in
        *"
$pair_service $1
"*) return 0 ;;
    esac
    put "$base/renamed" "${renamed_list:+$renamed_list
}$pair_service $1"
}

old_holder() { # PORT: sets port_holder to the containers of this project that publish it, and in this kit don't: none of its own, or with other ports
    port_holder=''
    while read -r holder_name; do
        [ -n "$holder_name" ] || continue
        publishes "$holder_name" "$1" || port_holder="$port_holder $holder_name"
    done <<HOLDERS
$(docker ps --filter "label=com.docker.compose.project=$project" --filter "publish=$1" --format '{{.Names}}' 2>/dev/null </dev/null)
HOLDERS
}

publishes() { # CONTAINER PORT: is that so in the kit?
    while read -r kit_container kit_port _; do
        [ "$kit_container $kit_port" != "$1 $2" ] || return 0
    done <<PORTS
$(ports)
PORTS
    return 1
}

of_the_kit() { # CONTAINER: is it one of the kit's services?
    while read -r _ _ kit_containers; do
        case " $kit_containers " in *" $1 "*) return 0 ;; esac
    done <<SERVICES
$(services)
SERVICES
    return 1
}
