# ---- what the kit no longer has
#
# At the end of a run, containers and networks that Compose made from an older kit
# are removed. Volumes and secrets hold what nobody can make again: they stay, and are
# listed with the command that removes them.

clean_up() {
    [ -n "$compose_file" ] && command -v docker >/dev/null 2>&1 || return 0
    clean_keys="
$(compose_keys)
"
    case $clean_keys in *' '*) ;; *) return 0 ;; esac
    read_owner "$base"
    clean_containers
    clean_networks
    clean_volumes
    clean_secrets
}

of_compose() { # KIND KEY: does the kit's Compose file have it?
    case $clean_keys in *"
$1 $2
"*) return 0 ;; esac
    return 1
}

clean_containers() { # removes containers of services that the kit no longer has; those of another Compose file are listed
    clean_list=$(docker ps --all --filter "label=com.docker.compose.project=$project" \
        --format '{{.Names}} {{.Label "com.docker.compose.service"}} {{.Label "com.docker.compose.project.config_files"}}' 2>/dev/null </dev/null) || return 0
    while read -r clean_name clean_service clean_file; do
        [ -n "$clean_service" ] || continue
        ! of_compose service "$clean_service" || continue
        case $clean_file in
            */"$compose_file" | */deploy/compose.yml)
                if is_ours "${clean_file%/*}"; then
                    say "Removing the container $clean_name of service $clean_service, which this kit no longer has."
                    { docker stop "$clean_name" && docker rm --force "$clean_name"; } >/dev/null 2>&1 </dev/null ||
                        complain "Docker could not remove it. To remove it: docker rm --force $clean_name"
                    continue
                fi
                ;;
        esac
        say "The container $clean_name belongs to service $clean_service, which this kit doesn't have and didn't start. To remove it: docker rm --force $clean_name"
    done <<LIST
$clean_list
LIST
}

clean_networks() { # removes networks that the kit no longer has and no container uses
    clean_list=$(docker network ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}} {{.Label "com.docker.compose.network"}}' 2>/dev/null </dev/null) || return 0
    while read -r clean_name clean_key; do
        [ -n "$clean_key" ] || continue
        ! of_compose network "$clean_key" || continue
        if docker network rm "$clean_name" >/dev/null 2>&1 </dev/null; then
            say "Removed the network $clean_name, which this kit no longer has."
        else
            say "The network $clean_name, which this kit no longer has, is still in use. To remove it: docker network rm $clean_name"
        fi
    done <<LIST
$clean_list
LIST
}

clean_volumes() { # lists volumes that the kit no longer has
    clean_list=$(docker volume ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}} {{.Label "com.docker.compose.volume"}}' 2>/dev/null </dev/null) || return 0
    while read -r clean_name clean_key; do
        [ -n "$clean_key" ] || continue
        of_compose volume "$clean_key" ||
            say "The volume $clean_name, which this kit no longer has, stays with its data. To remove it: docker volume rm $clean_name"
    done <<LIST
$clean_list
LIST
}

clean_secrets() { # lists secrets that the kit no longer has
    clean_known="
$(secrets)
"
    set +f
    for clean_file in "$base"/secrets/*; do
        clean_name=${clean_file##*/}
        case $clean_name in *[!A-Za-z0-9_-]*) continue ;; esac # "*", and files that are being written
        case $clean_known in *"
$clean_name
"*) ;; *) say "The secret $clean_name, which this kit no longer has, stays. To remove it: rm -f .omegagen/secrets/$clean_name" ;; esac
    done
    set -f
}
