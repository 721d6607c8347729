# ---- parameters
#
# Values of deploy time: a line of .env wins, then the caller's environment, then the
# default; a value that is asked for is added to .env. Compose and scripts read them
# from the environment. deploy/plan.sh has a row for each (each_parameter), with which
# it calls a function:
#
#   NAME VARIABLE TYPE DEFAULT TRAITS PATTERN MIN MAX DESCRIPTION [VALUE…]
#
# TRAITS: sensitive, the value isn't shown. VALUEs are the only ones allowed. The values
# of the last run that deployed are kept in .omegagen/parameters, but for sensitive
# ones, so that commands which only read or remove work without them.

read_parameter() { # ROW: sets and exports its variable, to '' if it has no value
    { set +x; } 2>/dev/null
    dotenv "$2"
    parameter_value=$dotenv_value
    [ -n "$parameter_value" ] || eval "parameter_value=\${$2-}" # an identifier
    parameter_value=${parameter_value:-$4}
    case $command in
        up | build | schema | verify | bench | rollback) ;;
        *) [ -n "$parameter_value" ] || kept_parameter "$2" ;;
    esac
    export_parameter "$2"
}

export_parameter() { # VARIABLE: sets and exports it to parameter_value
    eval "$1=\$parameter_value; export $1" # an identifier
}

kept_parameter() { # VARIABLE: sets parameter_value to the last one, or to a word with which Compose can read its file
    if [ -f "$base/parameters" ]; then
        while IFS= read -r parameter_line; do
            case $parameter_line in "$1="*) parameter_value=${parameter_line#*=} ;; esac
        done <"$base/parameters"
    fi
    [ -n "$parameter_value" ] || parameter_value='unset' unknown_parameters="$unknown_parameters $1 "
}

take_parameters() { # before anything starts: all must have a valid value
    case $command in up | build | schema | verify | bench | rollback) ;; *) return 0 ;; esac
    { set +x; } 2>/dev/null
    parameter_faults=0 parameter_lines=''
    each_parameter take_parameter
    if [ -n "$dry_run" ]; then return 0; fi
    [ "$parameter_faults" = 0 ] || die 3 "Nothing was started: $parameter_faults parameter(s) without a valid value."
    case $command:$parameter_lines in verify:* | bench:* | *:) return 0 ;; esac
    make_folders
    put "$base/parameters" "${parameter_lines%?}" || die 3 "Cannot write to $base: is the disk full?"
}

take_parameter() { # ROW
    eval "parameter_value=\$$2"
    if [ -z "$parameter_value" ] && [ -t 0 ] && [ -z "$dry_run" ]; then ask_parameter "$@"; fi
    if [ -z "$parameter_value" ]; then
        parameter_faults=$((parameter_faults + 1))
        complain "Parameter $1${9:+ ($9)} is not set. Write $2=… to .env, or export $2."
        return 0
    fi
    case $5 in
        *sensitive*) ;;
        *) parameter_lines="$parameter_lines$2=$parameter_value
" ;;
    esac
    parameter_fits "$@" && return 0
    parameter_faults=$((parameter_faults + 1))
    case $5 in *sensitive*) parameter_shown='' ;; *) parameter_shown=" '$parameter_value'" ;; esac
    complain "The value$parameter_shown of parameter $1 ($2) is not valid: it $parameter_why."
}

parameter_fits() { # ROW: is parameter_value valid? sets parameter_why if not
    parameter_why=''
    case $parameter_value in
        *"
"*) parameter_why='must be a single line' ;;
    esac
    case $3 in
        bool) case $parameter_value in true | false) ;; *) parameter_why='must be true or false' ;; esac ;;
        number)
            if ! matches_parameter '-?[0-9]+(\.[0-9]+)?'; then
                parameter_why='must be a number'
            elif [ -n "$7" ] && ! parameter_least "$7" '>='; then
                parameter_why="must be $7 or more"
            elif [ -n "$8" ] && ! parameter_least "$8" '<='; then
                parameter_why="must be $8 or less"
            fi
            ;;
    esac
    if [ -z "$parameter_why$6" ] || [ -n "$parameter_why" ] || matches_parameter "$6"; then :; else
        parameter_why="must match $6"
    fi
    shift 9
    [ -z "$parameter_why" ] || return 1
    [ $# != 0 ] || return 0
    parameter_why="must be one of $*"
    for parameter_one in "$@"; do
        [ "$parameter_one" != "$parameter_value" ] || return 0
    done
    return 1
}

matches_parameter() { # PATTERN: does all of parameter_value match?
    LC_ALL=C grep -E -q -x -e "$1" <<VALUE
$parameter_value
VALUE
}

parameter_least() { # BOUND SIGN: compares parameter_value, a number, with a bound
    LC_ALL=C awk -v bound="$1" -v sign="$2" '{ ok = sign == ">=" ? $1 + 0 >= bound + 0 : $1 + 0 <= bound + 0 } END { exit !ok }' <<VALUE
$parameter_value
VALUE
}

ask_parameter() { # ROW: asks on the terminal until the value is valid, and adds it to .env
    parameter_tries=0
    while [ "$parameter_tries" -lt 3 ]; do
        parameter_tries=$((parameter_tries + 1))
        case $5 in
            *sensitive*)
                new_text='' parameter_value=''
                ask_hidden "Parameter $1${9:+, $9}: "
                parameter_value=$new_text new_text=''
                ;;
            *)
                printf '%s' "Parameter $1${9:+, $9}: " >&2
                IFS= read -r parameter_value || { echo >&2; return 0; }
                ;;
        esac
        if [ -z "$parameter_value" ]; then
            echo 'It must not be empty.' >&2
        elif ! parameter_fits "$@"; then
            echo "It $parameter_why." >&2
            parameter_value=''
        else
            case $parameter_value in *\'* | *[\"\\]*) echo "Write it to .env by hand: it contains a quote or a backslash." >&2; parameter_value=''; return 0 ;; esac
            export_parameter "$2"
            store_parameter "$2" || die 3 'Cannot write to .env: is the disk full?'
            return 0
        fi
    done
}

store_parameter() { # VARIABLE: adds it to .env with parameter_value
    {
        [ ! -f .env ] || LC_ALL=C awk 1 .env # with a line end after the last line
        cat <<LINE
$1='$parameter_value'
LINE
    } >.env.new && chmod 600 .env.new && mv -f .env.new .env
}
