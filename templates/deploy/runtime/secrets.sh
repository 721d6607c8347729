# ---- secrets
#
# A value is a file in .omegagen/secrets, and is only ever replaced by another file, so a container keeps
# the one that it has mounted. New values are first written to .next.NAME; the file .change then lists
# them, and from that moment the change is finished even if this process is killed. state/NAME.secret
# says when a value was last changed. Values are passed by files and by the shell itself, never as an argument of a program.
#
# deploy/plan.sh has a row for each secret (each_secret), with which it calls a function:
#
#   NAME VARIABLE FROM LENGTH TRAITS USERS DESCRIPTION [WORD…]
#
# TRAITS are words: role, the password of a role, which the kit sets; login, the user of a role with two
# logins (logins.sh); server, a server sets it at its first start; made, an action makes it; line, it must be a
# single line. WORDs are the source's; of a login, its first name.

given_secret() { # ROW: keeps what the caller exports for it, and removes the variable
    [ "$3" = env ] || return 0
    { set +x; } 2>/dev/null
    unset -v "given_$2"
    eval "[ -z \"\${$8-}\" ] || given_$2=\$$8" # identifiers
    unset -v "$8"
}

secret_row() { # ROW: sets row_… if it is that of the secret row_name
    [ "$1" = "$row_name" ] || return 0
    row_found=1 row_from=$3 row_traits=$5 row_users=$6 row_about=$7
}

find_secret() { # NAME: sets row_… to its row, or ends with 2
    row_name=$1 row_found=''
    each_secret secret_row
    [ -n "$row_found" ] && return 0
    set -- "$1"
    while read -r secret_known; do
        [ -z "$secret_known" ] || set -- "$@" "$secret_known"
    done <<SECRETS
$(secrets)
SECRETS
    usage_error "no secret '$1'" "$@"
}

random_value() { # LENGTH: prints that many characters of A-Z, a-z and 0-9
    od -A n -v -t u1 -N "$(($1 * 2 + 64))" /dev/urandom | LC_ALL=C awk -v length_wanted="$1" '
        BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
        { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < length_wanted) out = out substr(set, $i % 62 + 1, 1) }
        END { if (length(out) < length_wanted) exit 1; printf "%s", out }'
}

stage_value() { # NAME: takes standard input as its next value, without the newline at the end of a single line
    stage_file=$base/secrets/.next.$1
    rm -f "$stage_file" "$stage_file.in"
    cat >"$stage_file.in" || return 1
    stage_lines=$(wc -l <"$stage_file.in") stage_last=$(tail -c 1 "$stage_file.in" | od -A n -t x1 | tr -d ' ')
    case $((stage_lines)):$stage_last in
        1:0a) LC_ALL=C tr -d '\r\n' <"$stage_file.in" >"$stage_file" || return 1 ;;
        *) mv -f "$stage_file.in" "$stage_file" ;;
    esac
    rm -f "$stage_file.in"
    chmod 0444 "$stage_file"
    [ -s "$stage_file" ] || { rm -f "$stage_file"; return 1; }
}

generate_value() { # ROW: prints a value for a generated secret
    case $5 in
        *login*) # the last one known, if its file is lost
            generate_login=''
            [ ! -f "$state_dir/$1.login" ] || generate_login=$(cat "$state_dir/$1.login")
            find_login "$1" && login_kept "$generate_login" || generate_login=$8
            printf %s "$generate_login"
            ;;
        *) random_value "$4" ;;
    esac
}

make_value() { # ROW: makes the generated secret make_name
    [ "$1:$3" = "$make_name:generated" ] || return 0
    generate_value "$@" | stage_value "$1" && durable "$base/secrets/.next.$1" && mv -f "$base/secrets/.next.$1" "$base/secrets/$1" && durable "$base/secrets"
}

stage_fits() { # NAME TRAITS: can the staged value be used as the secret's users do? sets stage_why if not
    stage_why=''
    case $2 in *line*) ;; *) return 0 ;; esac
    { set +x; } 2>/dev/null
    fits_text=$(cat "$base/secrets/.next.$1" && echo .)
    fits_text=${fits_text%.}
    case $fits_text in
        *"
"*) stage_why='it has several lines; the password of a role and a value in .env are one line' ;;
    esac
    case $2:$fits_text in
        *exposed*[\'\\]*) stage_why='it contains a quote or a backslash, which a value in .env cannot' ;;
    esac
    fits_text=''
    [ -z "$stage_why" ] && return 0
    rm -f "$base/secrets/.next.$1"
    return 1
}

same_value() { # NAME: is the staged value the one that is kept?
    [ -f "$base/secrets/$1" ] && [ "$(hash_stdin <"$base/secrets/$1")" = "$(hash_stdin <"$base/secrets/.next.$1")" ]
}

keep_values() { # NAME…: makes their staged values those of the deployment
    [ $# != 0 ] || return 0
    for keep_name in "$@"; do durable "$base/secrets/.next.$keep_name"; done
    put "$base/secrets/.change" "$(printf '%s\n' "$@")" || die 3 "Cannot write to $base/secrets: is the disk full?"
    finish_change
}

finish_change() { # completes a change that was begun; without one, removes what was staged
    if [ -f "$base/secrets/.change" ]; then
        # A container that starts just now mounts either all of the old files or all of the new ones: one mv replaces them.
        mkdir -p "$base/secrets/.now"
        set --
        while read -r change_name; do
            [ ! -f "$base/secrets/.next.$change_name" ] || mv -f "$base/secrets/.next.$change_name" "$base/secrets/.now/$change_name"
            [ ! -f "$base/secrets/.now/$change_name" ] || set -- "$@" "$base/secrets/.now/$change_name"
        done <"$base/secrets/.change"
        [ $# = 0 ] || mv -f "$@" "$base/secrets"
        while read -r change_name; do
            env_value "$change_name"
            note_secret "$change_name"
        done <"$base/secrets/.change"
        durable "$base/secrets"
        rm -f "$base/secrets/.change"
    fi
    set +f
    rm -f "$base"/secrets/.next.*
    set -f
    rm -rf "$base/secrets/.now"
}

env_value() { # NAME: lets .env have the value that is kept, if it has another
    for env_pair in $exposed; do
        [ "${env_pair#*=}" = "$1" ] || continue
        dotenv "${env_pair%%=*}"
        [ -n "$dotenv_found" ] || continue
        LC_ALL=C grep -v "^${env_pair%%=*}=" .env >.env.new || :
        chmod 600 .env.new
        mv -f .env.new .env
    done
    write_env
}

note_secret() { # NAME: notes when its value was changed, if it was
    [ -s "$base/secrets/$1" ] || return 0
    note_digest=$(hash_stdin <"$base/secrets/$1")
    note_digest=${note_digest%% *} note_was='' note_changed=''
    read_note "$1"
    [ "$note_was" != "$note_digest" ] || return 0
    stamp
    put "$state_dir/$1.secret" "$note_digest $utc" || die 3 "Cannot write to $state_dir: is the disk full?"
}

read_note() { # NAME: sets note_was and note_changed from its note
    note_was='' note_changed=''
    [ ! -f "$state_dir/$1.secret" ] || read -r note_was note_changed <"$state_dir/$1.secret" || :
}

has_value() { # NAME: is a value kept, or in .env?
    [ ! -s "$base/secrets/$1" ] || return 0
    for env_pair in $exposed; do
        [ "${env_pair#*=}" = "$1" ] || continue
        dotenv "${env_pair%%=*}"
        case $dotenv_value in '' | CHANGE_ME*) ;; *) return 0 ;; esac
    done
    return 1
}

wanted_secrets() { # sets wanted_secrets to those that the plan's steps make or use
    wanted_secrets=' '
    for k in $steps; do
        describe "$k"
        [ -z "$secret$gets" ] || wanted_secrets="$wanted_secrets$secret $gets "
    done
}

take_secrets() { # under the lock, before anything starts: reads, makes and asks for what the plan's steps need
    finish_change
    each_secret rotate_value
    wanted_secrets
    take_count=0 take_changed=''
    each_secret take_secret
    # shellcheck disable=SC2086 # names
    keep_values $take_changed
    [ "$take_count" = 0 ] || die 3 "Nothing was started: $take_count secret(s) missing."
}

take_secret() { # ROW
    case $wanted_secrets in *" $1 "*) ;; *) return 0 ;; esac
    case $5 in *made*) return 0 ;; esac
    [ "$rotating" != "$1" ] || return 0 # it has just been changed
    case $3 in
        generated)
            case $5 in *login*) check_login "$@" ;; esac
            has_value "$1" || lost_secret "$@"
            note_secret "$1"
            return 0
            ;;
        prompt) ! has_value "$1" || { note_secret "$1"; return 0; } ;;
    esac
    if new_value "$@"; then
        if same_value "$1"; then
            rm -f "$base/secrets/.next.$1"
            note_secret "$1"
        else
            alternate "$1"
            if [ -z "$alternated" ]; then
                rm -f "$base/secrets/.next.$1"
                say "Secret $1 has another value than before ($new_from), which is not used yet: $login_why"
                return 0
            fi
            [ ! -s "$base/secrets/$1" ] || say "Secret $1 has another value than before ($new_from)."
            take_changed="$take_changed $alternated"
        fi
    elif has_value "$1"; then
        say "Secret $1: $new_why; the value of an earlier run stays."
    else
        missing_secret "$1" "$new_why" "$7"
    fi
}

dry_secret() { # ROW: says what up would need for it
    case $wanted_secrets in *" $1 "*) ;; *) return 0 ;; esac
    case $3:$5 in generated:* | *made*) return 0 ;; esac
    has_value "$1" || say "Secret $1 is not set: up would get it first, by from = \"$3\"${8+ ($8)}."
}

missing_secret() { # NAME WHY DESCRIPTION
    take_count=$((take_count + 1))
    complain "Secret $1${3:+ ($3)} is not set: $2."
    complain "  Set it: ./deploy.sh secret set $1"
}

lost_secret() { # ROW, of a generated secret that has no value: lets it be made, unless something keeps the old one
    read_note "$1"
    if [ -n "$note_was" ]; then
        case $5 in
            *login*)
                generate_value "$@" | stage_value "$1" || die 3 "Cannot write to $base/secrets: is the disk full?"
                take_changed="$take_changed $1"
                return 0
                ;;
            *role*) case $5 in *server*) ;; *)
                say "Secret $1 is lost: its file is gone. It gets a new value, which is set wherever it is used."
                random_value "$4" | stage_value "$1" || die 3 "Cannot write to $base/secrets: is the disk full?"
                alternate "$1"
                take_changed="$take_changed ${alternated:-$1}"
                return 0 ;;
            esac ;;
        esac
        take_count=$((take_count + 1))
        complain "Secret $1 is lost: $base/secrets/$1 is gone. What used it may still require the old value: $6."
        complain "  Set the old value: ./deploy.sh secret set $1; or a new one: ./deploy.sh secret rotate $1"
        return 0
    fi
    for k in $steps; do
        describe "$k"
        case " $secret " in *" $1 "*) return 0 ;; esac # its step makes it
    done
    generate_value "$@" | stage_value "$1" || die 3 "Cannot write to $base/secrets: is the disk full?"
    take_changed="$take_changed $1"
}

new_value() { # ROW: stages the value of its source; sets new_from, or new_why if there is none
    new_why='' new_from=''
    { set +x; } 2>/dev/null
    case $3 in
        generated) generate_value "$@" | stage_value "$1" || new_why="cannot write to $base/secrets" ;;
        file)
            new_from="from $8"
            if [ ! -e "$8" ]; then
                new_why="its file $8 does not exist"
            elif [ ! -f "$8" ] || [ ! -r "$8" ]; then
                new_why="its file $8 cannot be read"
            elif ! stage_value "$1" <"$8"; then
                new_why="its file $8 is empty"
            fi
            ;;
        env)
            new_from="from the variable $8"
            eval "new_text=\${given_$2-}"
            stage_text "$1" || new_why="the variable $8 is not set"
            ;;
        prompt) ask_secret "$1" "$7" || return 1 ;;
        command) from_command "$@" ;;
    esac
    [ -z "$new_why" ] || return 1
    stage_fits "$1" "$5" && return 0
    new_why="its value${new_from:+ $new_from} cannot be used: $stage_why"
    return 1
}

stage_text() { # NAME: stages new_text
    [ -n "$new_text" ] || return 1
    stage_value "$1" <<VALUE
$new_text
VALUE
    stage_status=$?
    new_text=''
    return "$stage_status"
}

from_command() { # ROW: stages what the command prints
    command_name=$1
    shift 7
    new_from="from the command $1"
    rm -f "$base/secrets/.next.$command_name.out"
    if ! (cd "$kit_dir" && exec "$@") </dev/null >"$base/secrets/.next.$command_name.out"; then
        new_why="its command $1 failed"
    elif ! stage_value "$command_name" <"$base/secrets/.next.$command_name.out"; then
        new_why="its command $1 printed nothing"
    fi
    rm -f "$base/secrets/.next.$command_name.out"
}

ask_secret() { # NAME DESCRIPTION: asks on the terminal, without showing what is typed; else sets new_why
    [ -t 0 ] || { new_why='there is no terminal to ask on'; return 1; }
    ask_tries=0
    new_text=''
    while [ -z "$new_text" ] && [ "$ask_tries" -lt 3 ]; do
        ask_tries=$((ask_tries + 1))
        ask_hidden "Secret $1${2:+, $2}: " || ask_tries=3
        [ -n "$new_text" ] || echo 'It must not be empty.' >&2
    done
    stage_text "$1" || { new_why='nothing was typed'; return 1; }
    new_from='from the terminal'
}
