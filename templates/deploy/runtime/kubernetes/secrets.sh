# ---- secrets
#
# A value is a Secret of the namespace, made where there is none, and never replaced. It is read from there by what
# needs it, and passed by pipes and the environment of scripts alone.

given_secret() { # ROW: keeps what the caller exports for it, and removes the variable
    [ "$3" = env ] || return 0
    { set +x; } 2>/dev/null
    unset -v "given_$2"
    eval "[ -z \"\${$8-}\" ] || given_$2=\$$8" # identifiers
    unset -v "$8"
}

random_value() { # LENGTH: prints that many characters of A-Z, a-z and 0-9
    od -A n -v -t u1 -N "$(($1 * 2 + 64))" /dev/urandom | LC_ALL=C awk -v length_wanted="$1" '
        BEGIN { set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" }
        { for (i = 1; i <= NF; i++) if ($i < 248 && length(out) < length_wanted) out = out substr(set, $i % 62 + 1, 1) }
        END { if (length(out) < length_wanted) exit 1; printf "%s", out }'
}

source_value() { # ROW: prints the value that its source has; the newline at the end of a single line isn't part of it
    case $3 in
        generated) case $5 in *login*) printf %s "$8" ;; *) random_value "$4" ;; esac ;;
        env | prompt) eval "printf %s \"\${given_$2-}\"" ;; # an identifier
        file) [ ! -r "$8" ] || one_line_less "$(cat "$8" && echo .)" ;;
        command) (source_name=$1; shift 7; cd "$kit_dir" && "$@" </dev/null) | { source_text=$(cat && echo .); one_line_less "$source_text"; } ;;
    esac
}

one_line_less() { # TEXT.: prints it without the dot, and a single line without its newline
    one_text=${1%.}
    case ${one_text%"
"} in
        *"
"*) printf %s "$one_text" ;;
        *) printf %s "${one_text%"
"}" ;;
    esac
}

make_secret() { # NAME OBJECT: makes the Secret, unless there is one
    [ -z "$showing" ] || { printf '    kubectl create -f - # Secret %s with a value for %s, unless there is one\n' "$2" "$1"; return 0; }
    make_name=$1 make_object=$2 make_rc=1
    each_secret make_row
    return "$make_rc"
}

make_row() { # ROW
    [ "$1" = "$make_name" ] || return 0
    { set +x; } 2>/dev/null
    if secret_exists "$make_name" "$make_object" >/dev/null; then
        echo 'The secret already exists.'
        make_rc=0
        return 0
    fi
    make_text=$(source_value "$@" | base64 | tr -d '\n')
    [ -n "$make_text" ] || { echo "There is no value for the secret $make_name."; return 0; }
    make_said=$(kube create -f - 2>&1 <<SECRET
apiVersion: v1
kind: Secret
metadata:
  name: $make_object
  labels: {app.kubernetes.io/managed-by: omegagen, app.kubernetes.io/part-of: $part_of}
type: Opaque
data: {"$make_name": "$make_text"}
SECRET
    ) && { make_text='' make_rc=0; echo 'The secret was made.'; return 0; }
    make_text=''
    case $make_said in
        *AlreadyExists*) make_rc=0; echo 'Another run has made the secret.' ;;
        *) printf '%s\n' "$make_said" | grep -v "$make_name" ;;
    esac
}

secret_exists() { # NAME OBJECT: is there such a Secret with a value?
    [ -z "$showing" ] || return 0
    exists_said=$(kube get secret "$2" --ignore-not-found -o "go-template={{if index .data \"$1\"}}yes{{end}}" 2>&1 </dev/null) || { echo "kubectl reports: $exists_said"; return 1; }
    [ "$exists_said" = yes ] || { echo "The Secret $2 doesn't exist, or has no key $1."; return 1; }
}

with_secret() { # NAME SECRET: sets an environment variable of the next body to the secret
    { set +x; } 2>/dev/null # a trace must not show it
    [ -z "$showing" ] || return 0
    secret_value=$(kube get secret "$(object_name "$2")" -o "go-template={{index .data \"$2\" | base64decode}}." 2>/dev/null </dev/null) || {
        echo "The secret $2 cannot be read from the cluster."
        exit 126
    }
    secret_value=${secret_value%.}
    eval "$1=\$secret_value; export $1" # NAME is an identifier
}

wanted_secrets() { # sets wanted_secrets to those that the steps to do make
    wanted_secrets=' '
    for k in "$@"; do
        describe "$k"
        [ -z "$secret" ] || wanted_secrets="$wanted_secrets$secret "
    done
}

take_secrets() { # STEP…: before anything starts: is there a value for each secret that these steps make?
    wanted_secrets "$@"
    take_count=0
    each_secret take_secret
    [ "$take_count" = 0 ] || die 3 "Nothing was started: $take_count secret(s) missing."
}

take_secret() { # ROW
    case $wanted_secrets in *" $1 "*) ;; *) return 0 ;; esac
    case $3 in generated) return 0 ;; esac
    { set +x; } 2>/dev/null
    ! secret_exists "$1" "$(object_name "$1")" >/dev/null || return 0
    if [ "$3" = prompt ] && [ -t 0 ]; then
        printf 'Value of the secret %s%s (not shown): ' "$1" "${7:+ ($7)}" >&2
        stty -echo
        IFS= read -r take_value || take_value=''
        stty echo
        echo >&2
        eval "given_$2=\$take_value" # an identifier
        take_value=''
    fi
    [ -z "$(source_value "$@")" ] || return 0
    take_count=$((take_count + 1))
    complain "The secret $1 has no value: its source ($3${8:+ $8}) has none, and the cluster has no Secret $(object_name "$1")."
    complain "  Give its source one, or make it: kubectl --namespace $namespace create secret generic $(object_name "$1") --from-file=$1=/dev/stdin"
}

write_env() { :; }
note_secret() { :; }
