# ---- names of containers
#
# A CONTAINER is a name or, where Compose chooses that because a second container may
# run beside the first, @ and the service in docker-compose.yml.

name_all() { # CONTAINER…: sets named to the names
    named=''
    case " $*" in
        *' @'*)
            named_list=$(docker ps --all --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.oneoff=False \
                --format '{{.Label "com.docker.compose.service"}} {{.Names}} {{.State}}' 2>/dev/null </dev/null) || named_list=''
            ;;
    esac
    for named_word in "$@"; do
        case $named_word in
            @*) name_one "${named_word#@}" ;;
        esac
        named="$named $named_word"
    done
    named=${named# }
}

name_one() { # SERVICE: sets named_word to the name of its container: of several, the newest that runs
    named_word=''
    while read -r named_service named_name named_state; do
        [ "$named_service" = "$1" ] || continue
        [ "$named_state" != running ] || { named_word=$named_name; return 0; }
        named_word=${named_word:-$named_name}
    done <<LIST
$named_list
LIST
    named_word=${named_word:-$project-$1-1}
}
