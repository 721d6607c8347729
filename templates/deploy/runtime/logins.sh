# ---- logins
#
# A role whose user and password are secrets has two logins, of which one counts: the one that the user's file names. A
# new password is always that of the other one. It is set in the database first, then both files are replaced in one
# change, and then the containers, one after the other, by their steps. Meanwhile both logins work, so that every
# container can open connections with the files that it has mounted. When all have the new ones, the former login
# ends. state/USER.login names the login that was the only one last; state/USER.due says that another one may
# work too. There is no next change before that: it would take the former login from containers that still use it.
#
# deploy/plan.sh has a row for each such role (each_login), with which it calls a function:
#
#   PASSWORD USER CONTAINER LOGIN-SCRIPT RETIRE-SCRIPT FIRST SECOND

login_row() { # ROW: sets login_… if it is that of the password or the user login_of
    case $login_of in "$1" | "$2") ;; *) return 0 ;; esac
    login_password=$1 login_user=$2 login_container=$3 login_script=$4 login_retire=$5 login_first=$6 login_second=$7
    login_now=''
    [ ! -s "$base/secrets/$2" ] || login_now=$(cat "$base/secrets/$2")
}

login_kept() { # TEXT: is it one of the logins of the role that find_login has found?
    [ "$1" = "$login_first" ] || [ "$1" = "$login_second" ]
}

find_login() { # SECRET: is it the password or the user of a role with two logins? sets login_…
    login_of=$1 login_user=''
    each_login login_row
    [ -n "$login_user" ]
}

login_settled() { # is the login that counts the only one?
    [ -n "$login_now" ] && [ ! -e "$state_dir/$login_user.due" ] && [ -f "$state_dir/$login_user.login" ] &&
        [ "$(cat "$state_dir/$login_user.login")" = "$login_now" ]
}

login_everywhere() { # do all containers that get the login have it as it is now? sets login_left to a step whose containers may not
    login_left=''
    observe_secret "$login_user"
    login_digests=$observe_digest
    observe_secret "$login_password"
    login_digests="$login_digests $observe_digest"
    set +f
    set -- "$state_dir"/*.done "$state_dir"/*.run "$state_dir"/*.failed "$state_dir"/*.was
    set -f
    for login_record in "$@"; do
        [ -f "$login_record" ] || continue
        login_key=${login_record##*/}
        login_key=${login_key%.*}
        case " $steps " in
            *" $login_key "*) describe "$login_key" ;;
            *)
                command -v "action_$login_key" >/dev/null 2>&1 || continue # the kit no longer has it
                service=''
                "action_$login_key" about
                ;;
        esac
        [ -n "$service" ] || continue # only what serves keeps connections open
        login_left=$(LC_ALL=C awk -v user="$login_user" -v password="$login_password" -v digests="$login_digests" -v file="$login_record" '
            BEGIN { split(digests, now, " ") }
            $1 == "step" { step = $2 }
            $1 != "input" || $2 != "secret" { next }
            $4 == user || $4 == password { uses = 1 }
            $4 == user && $3 != now[1] || $4 == password && $3 != now[2] { other = 1 }
            END { if (other || uses && file !~ /[.]done$/) print step }' "$login_record")
        [ -z "$login_left" ] || return 1
    done
}

check_login() { # ROW, of a user: a role that was renamed has other logins
    find_login "$1" && [ -n "$login_now" ] && ! login_kept "$login_now" || return 0
    printf %s "$login_first" | stage_value "$1" || die 3 "Cannot write to $base/secrets: is the disk full?"
    take_changed="$take_changed $1"
}

alternate() { # PASSWORD, of which a value is staged: lets the role's other login have it, if it has two. Sets alternated to the secrets that change together, or to '' and login_why if that isn't possible now
    alternated=$1 login_why=''
    find_login "$1" && [ "$1" = "$login_password" ] && [ -n "$login_now" ] || return 0
    if ! login_settled && ! login_everywhere; then
        login_why="the last change is not completely deployed: step $login_left may still use the former login. Deploy first: ./deploy.sh"
        alternated=''
        return 0
    fi
    login_next=$login_first
    [ "$login_now" != "$login_first" ] || login_next=$login_second
    printf %s "$login_next" | stage_value "$login_user" || die 3 "Cannot write to $base/secrets: is the disk full?"
    put "$state_dir/$login_user.due" "$login_next" || die 3 "Cannot write to $state_dir: is the disk full?"
    prepare_login
    [ -n "$login_why" ] || { alternated="$1 $login_user"; return 0; }
    rm -f "$base/secrets/.next.$login_user"
    alternated=''
}

prepare_login() { # sets the staged password in the database; where none runs, its step does that before containers start. Sets login_why if it failed
    login_database || return 0
    login_said=$(cd "$kit_dir" && sh "$parts_dir/$login_script" 2>&1 </dev/null) ||
        login_why="the new password cannot be set in the database: $login_said"
}

login_database() { # does the container of the database run? sets login_why if that can't be found out
    command -v docker >/dev/null 2>&1 || return 1
    name_all "$login_container"
    login_said=$(docker inspect --type container --format '{{.State.Running}}' "$named" 2>&1 </dev/null) || {
        case $login_said in *[Nn]o\ such*) ;; *) login_why="docker cannot inspect the database's container $named: $login_said" ;; esac
        return 1
    }
    [ "$login_said" = true ]
}

retire_logins() { # at the end of a run: ends former logins that no container uses any more; sets retire_status
    retire_status=0
    each_login retire_login
}

retire_login() { # ROW
    find_login "$2"
    [ -n "$login_now" ] && ! login_settled || return 0
    if ! login_everywhere; then
        say "The former login of the role with the password $1 still works, because step $login_left may use it. It ends when that is deployed."
        return 0
    fi
    login_why=''
    login_database || [ -n "$login_why" ] || return 0 # a run that starts it ends them
    if ! retire_said=$(cd "$kit_dir" && sh "$parts_dir/$login_retire" 2>&1 </dev/null); then
        complain "The former login of the role with the password $1 still works; the next run ends it. The database reports: $retire_said"
        retire_status=1
        return 0
    fi
    put "$state_dir/$2.login" "$login_now" || die 3 "Cannot write to $state_dir: is the disk full?"
    rm -f "$state_dir/$2.due"
}
