# ---- the command secret

command_secret() {
    case $argument in
        '' | list)
            [ -z "$argument_name" ] || usage_error "unexpected argument '$argument_name'" ''
            secret_list
            ;;
        set | rotate)
            [ -n "$argument_name" ] || usage_error "secret $argument requires the name of a secret; ./deploy.sh secret list prints them" ''
            find_secret "$argument_name"
            case $row_traits in
                *made*) die 2 "Secret $argument_name is made by an action of the manifest: run that again with --from." ;;
                *login*)
                    find_login "$argument_name"
                    die 2 "Secret $argument_name is the user of a role with two logins, which deploy.sh alternates when the password changes: ./deploy.sh secret rotate ${login_password:-PASSWORD}"
                    ;;
            esac
            "secret_$argument" "$argument_name"
            ;;
        *) usage_error "unknown command 'secret $argument'" "$argument" list set rotate ;;
    esac
}

secret_list() { # a line for each secret; never a value
    { printf 'NAME\tFROM\tLAST CHANGED\tUSED BY\n' && each_secret list_secret; } | LC_ALL=C awk -F '\t' '
        { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > wide[i]) wide[i] = length($i) } }
        END { for (r = 1; r <= NR; r++) {
            for (i = 1; i < 4; i++) printf "%-*s  ", wide[i], cell[r, i]
            print cell[r, 4] } }'
}

list_secret() { # ROW
    read_note "$1"
    list_when=${note_changed:-unknown}
    has_value "$1" || { list_when='not set'; [ -z "$note_was" ] || list_when=lost; }
    printf '%s\t%s\t%s\t%s\n' "$1" "$3" "$list_when" "$6"
}

secret_set() { # NAME: takes its value from the terminal or from standard input
    check_kit warn
    make_folders
    take_lock
    finish_change
    if [ -t 0 ]; then
        ask_secret "$1" "$row_about" || die 2 "Nothing was changed: $new_why."
    else
        stage_value "$1" || die 2 'Nothing was changed: standard input is empty.'
    fi
    stage_fits "$1" "$row_traits" || die 2 "Nothing was changed: the value cannot be used: $stage_why."
    if same_value "$1"; then
        finish_change
        say "Secret $1 has this value already."
        return 0
    fi
    alternate "$1"
    [ -n "$alternated" ] || { finish_change; die 3 "Nothing was changed: $login_why"; }
    # shellcheck disable=SC2086 # names
    keep_values $alternated
    say "Secret $1 is stored. ./deploy.sh deploys it to: ${row_users:-nothing}."
    case $row_from in
        file | env | command) say "It is from = \"$row_from\": ./deploy.sh reads that again, and uses its value if there is one." ;;
    esac
}

secret_rotate() { # NAME: gives it a new value, and deploys it
    if find_login "$1"; then
        say "Secret $1 is rotated without a gap: the role's other login gets the new password, and the former one works until all containers are replaced ($row_users)."
        rotating=$1
        command_up
        return "$?"
    fi
    case $row_traits in
        *role*) rotate_text="Until they are replaced, containers that log in with $1 cannot open new connections to the database ($row_users)." ;;
        *server*) rotate_text="A server sets $1 only when its data is empty; a server that has data keeps the old value until you change it there ($row_users)." ;;
        *) rotate_text="What uses $1 is replaced, and others who know the old value need the new one ($row_users)." ;;
    esac
    [ -n "$assume_yes" ] || [ -t 0 ] || die 2 "$rotate_text There is no terminal to ask whether that is intended: run with --yes."
    confirm "$rotate_text Rotate it?"
    rotating=$1
    command_up
}

rotate_value() { # ROW: under the lock: the new value of the secret that is rotated
    [ "$1" = "$rotating" ] || return 0
    if [ "$3" = prompt ] && [ ! -t 0 ]; then
        stage_value "$1" || die 2 'Nothing was changed: standard input is empty.'
        stage_fits "$1" "$5" || die 2 "Nothing was changed: the value cannot be used: $stage_why."
    else
        new_value "$@" || die 3 "Nothing was changed: $new_why."
    fi
    if same_value "$1"; then
        finish_change
        say "Secret $1 still has the same value${new_from:+ $new_from}; nothing is rotated."
        return 0
    fi
    alternate "$1"
    [ -n "$alternated" ] || { finish_change; die 3 "Nothing was changed: $login_why"; }
    # shellcheck disable=SC2086 # names
    keep_values $alternated
    say "Secret $1 has a new value."
}
