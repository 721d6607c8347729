# ---- the caller's environment

# What is deployed depends on the kit and .env, not on the shell that deploy.sh is
# started from. So that this also holds for the scripts of actions, which may call
# Compose themselves, variables are removed from the environment instead of being
# overridden in single calls.

own_environment() { # KIT-FOLDER: removes what would replace the kit's Compose file, its options, or what .env says
    # Compose's connection to Docker (DOCKER_HOST, DOCKER_CONTEXT …) and its output (COMPOSE_PROGRESS …) stay the caller's.
    unset -v CDPATH COMPOSE_FILE COMPOSE_PROFILES COMPOSE_PROJECT_NAME COMPOSE_PROJECT_DIRECTORY COMPOSE_ENV_FILES COMPOSE_ENV_FILE \
        COMPOSE_DISABLE_ENV_FILE COMPOSE_PATH_SEPARATOR COMPOSE_COMPATIBILITY COMPOSE_CONVERT_WINDOWS_PATHS COMPOSE_IGNORE_ORPHANS \
        COMPOSE_REMOVE_ORPHANS COMPOSE_EXPERIMENTAL COMPOSE_API_VERSION
    { set +x; } 2>/dev/null # a trace must not show the lines
    [ -f "$1/.env" ] || return 0
    own_quote=''
    while IFS= read -r own_line || [ -n "$own_line" ]; do
        if [ -n "$own_quote" ]; then # within a quoted value of several lines
            own_value=$own_line
        else
            own_name=${own_line#"${own_line%%[! 	]*}"}
            case $own_name in export[\ \	]*) own_name=${own_name#export} own_name=${own_name#"${own_name%%[! 	]*}"} ;; esac
            case $own_name in [A-Za-z_]*[=:]*) ;; *) continue ;; esac
            own_value=${own_name#*[=:]} own_name=${own_name%%[=:]*}
            own_name=${own_name%"${own_name##*[! 	]}"}
            not_callers "$own_name"
            own_value=${own_value#"${own_value%%[! 	]*}"}
            case $own_value in
                \"*) own_quote=\" ;;
                \'*) own_quote=\' ;;
                *) continue ;;
            esac
            own_value=${own_value#?}
        fi
        while :; do # until the value's closing quote
            case $own_value in
                *"$own_quote"*) ;;
                *) break ;;
            esac
            own_before=${own_value%%"$own_quote"*}
            own_value=${own_value#*"$own_quote"}
            case $own_quote$own_before in \"*\\) continue ;; esac
            own_quote=''
            break
        done
    done <"$1/.env"
}

own_secrets() { # removes the variables of the kit's secrets: Compose reads them from .env
    for own_name in $exposed; do not_callers "${own_name%%=*}"; done
}

not_callers() { # NAME: removes the caller's variable, unless programs need it to run
    case $1 in
        '' | *[!A-Za-z0-9_]*) return 0 ;;
        PATH | HOME | PWD | TERM | OMEGAGEN_STATE | DOCKER_*) return 0 ;;
    esac
    eval "[ -n \"\${$1+set}\" ]" || return 0
    (unset -v "$1") 2>/dev/null || return 0 # bash's UID and the like can't be removed
    unset -v "$1"
}
