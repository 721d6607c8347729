# ---- what steps are made from, and what they make
#
# The record of a completed step says what the step was made from outside the kit
# ("input KIND DIGEST NAME"), what the steps that it needs had made ("need STEP
# MADE"), and what it made itself ("made TOKEN"). Tokens are only compared: one that
# is the same as before means that the result is the same as before. "action HASH RUNS"
# has the hash of its whole definition, and of the part that determines its result.

hash_stdin() { # prints the SHA-256 of its input
    if command -v sha256sum >/dev/null 2>&1; then sha256sum; else shasum -a 256; fi
}

observe() { # KIND NAME: adds the thing's kind and digest to observed; the digest is "none" if it isn't there, "unknown" if that can't be found out
    case $observe_known in
        *"
$1 $2	"*)
            observe_digest=${observe_known##*"
$1 $2	"}
            observe_digest=${observe_digest%%"
"*}
            ;;
        *)
            "observe_$1" "$2"
            [ -z "$observe_keep" ] || observe_known="$observe_known$1 $2	$observe_digest
"
            ;;
    esac
    observed="$observed $1 $observe_digest"
    observed_lines="${observed_lines}input $1 $observe_digest $2
"
}

observe_image() { # TAG: its configuration and layers, for a rebuild of the same may have another ID
    observe_said=$(docker image inspect --format '{{json .Config}}{{json .RootFS.Layers}}' "$1" 2>&1 </dev/null) || {
        missing_or_unknown
        return 0
    }
    observe_digest=$(printf '%s\n' "$observe_said" | hash_stdin)
    observe_digest=${observe_digest%% *}
}

observe_container() { # CONTAINER: its ID
    name_all "$1"
    set -- "$named"
    observe_said=$(docker inspect --type container --format '{{.Id}}' "$1" 2>&1 </dev/null) || {
        missing_or_unknown
        return 0
    }
    observe_digest=$observe_said
}

missing_or_unknown() { # sets observe_digest from what docker said when it failed
    case $observe_said in
        *[Nn]o\ such*) observe_digest=none ;;
        *) observe_digest=unknown ;;
    esac
}

observe_secret() { # NAME
    observe_file "$base/secrets/$1"
}

observe_variable() { # NAME: of .env
    dotenv "$1"
    observe_digest=none
    [ -n "$dotenv_found" ] || return 0
    observe_digest=$(printf '%s\n' "$dotenv_value" | hash_stdin)
    observe_digest=${observe_digest%% *}
}

observe_parameter() { # VARIABLE
    observe_digest=unknown
    case $unknown_parameters in *" $1 "*) return 0 ;; esac
    eval "observe_said=\$$1" # an identifier
    observe_digest=$(hash_stdin <<VALUE
$observe_said
VALUE
    )
    observe_digest=${observe_digest%% *}
}

observe_env_file() { # FILE: its content, and the values in .env of the variables that it mentions, which Compose replaces in it
    case $1 in /*) observe_at=$1 ;; *) observe_at=$kit_dir/$1 ;; esac
    observe_file "$observe_at"
    case $observe_digest in none | unknown) return 0 ;; esac
    observe_names=$(LC_ALL=C awk '
        {
            while (match($0, /[$][{]?[A-Za-z_][A-Za-z0-9_]*/)) {
                name = substr($0, RSTART, RLENGTH)
                gsub(/[${]/, "", name)
                if (!(name in seen)) print name
                seen[name] = 1
                $0 = substr($0, RSTART + RLENGTH)
            }
        }' "$observe_at" 2>/dev/null)
    [ -n "$observe_names" ] || return 0
    observe_digest=$({
        printf '%s\n' "$observe_digest"
        for observe_name in $observe_names; do
            dotenv "$observe_name"
            printf '%s %s %s\n' "$observe_name" "${dotenv_found:-0}" "$dotenv_value"
        done
    } | hash_stdin)
    observe_digest=${observe_digest%% *}
}

observe_path() { # PATH: a file, or the names and contents of all files of a folder
    case $1 in /*) observe_at=$1 ;; *) observe_at=$kit_dir/$1 ;; esac
    if [ -d "$observe_at" ]; then
        # What deploy.sh and git write there belongs to no build.
        observe_digest=$(cd -- "$observe_at" && find . \( -name .git -o -name .omegagen \) -prune -o -type f -exec sh -c '
            if command -v sha256sum >/dev/null 2>&1; then exec sha256sum "$@"; else exec shasum -a 256 "$@"; fi' sh {} + 2>/dev/null | LC_ALL=C sort | hash_stdin)
        observe_digest=${observe_digest%% *}
    else
        observe_file "$observe_at"
    fi
}

observe_file() { # FILE
    observe_digest=none
    [ -e "$1" ] || return 0
    observe_digest=unknown
    observe_said=$(hash_stdin 2>/dev/null <"$1") || return 0
    observe_digest=${observe_said%% *}
}

observe_all() { # PART: observes or products of the action that describe has set; sets observed and observed_lines
    observed='' observed_lines=''
    case $has in *"$1"*) "action_$action" "$1" ;; esac
}

# Producers of what a step reads are found from the links, for the needs of a step
# leave out what follows from other needs.
find_causes() { # sets from_STEP to the steps whose effects it reads
    for k in $steps; do
        eval "cause_links=\${l_$k-}"
        for link in $cause_links; do
            consumer=${link%%:*}
            case $consumer in goal | included) continue ;; esac
            eval "from_$consumer=\"\${from_$consumer-} $k\""
        done
    done
}

made_by() { # STEP: sets made to the token in its record, '' if there is none
    made=''
    [ -f "$state_dir/$1.done" ] || return 0
    while read -r made_word made_token _; do
        [ "$made_word" != made ] || made=$made_token
    done <"$state_dir/$1.done"
}

needs_made() { # STEP: sets needed to "STEP MADE" for each of its causes, and needed_lines
    needed='' needed_lines=''
    eval "needs_causes=\${from_$1-}"
    for need in $needs_causes; do
        made_by "$need"
        needed="$needed $need ${made:-unknown}"
        needed_lines="${needed_lines}need $need ${made:-unknown}
"
    done
}

same_pairs() { # NOW THEN: are both lists of pairs the same? One that is unknown is taken to be; sets differs to the first of a pair that isn't
    differs=''
    [ "$1" != "$2" ] || return 0
    pairs_then=$2
    # shellcheck disable=SC2086 # words without blanks
    set -- $1
    while [ $# -gt 1 ]; do
        pair_kind='' pair_digest=''
        read -r pair_kind pair_digest pairs_then <<PAIRS
$pairs_then
PAIRS
        differs=$1
        [ "$pair_kind" = "$1" ] || return 1
        case $2:$pair_digest in
            "$pair_digest:$2" | unknown:* | *:unknown) ;;
            *) return 1 ;;
        esac
        shift 2
    done
    differs=''
    [ -z "$pairs_then" ]
}

unchanged() { # STEP, which describe has set and whose record read_record has read: is what it was made from as it was? sets changed to what isn't
    changed=''
    [ "$rerun" != never ] || return 0
    [ -n "$record_made" ] || return 0 # the record of an older runtime
    observe_all observes
    if ! same_pairs "$observed" "$record_inputs"; then
        changed='the list of its inputs has changed'
        [ -z "$differs" ] || changed="its input ($(changed_input "$record_inputs")) has changed"
        return 1
    fi
    needs_made "$1"
    # shellcheck disable=SC2086 # words without blanks
    set -- $needed
    while [ $# -gt 1 ]; do
        case "$2: $record_needs " in
            unknown:* | *" $1 $2 "* | *" $1 unknown "*) ;;
            *)
                eval "changed_id=\${id_$1-$1}"
                changed="what $changed_id made has changed"
                return 1
                ;;
        esac
        shift 2
    done
}

changed_input() { # PAIRS, those of the record: prints the kind and name of the first input that has changed
    changed_then=$1
    while read -r _ changed_kind changed_digest changed_name; do
        changed_was=''
        read -r _ changed_was changed_then <<PAIRS
$changed_then
PAIRS
        case $changed_digest in "$changed_was" | unknown) continue ;; esac
        printf '%s %s' "$changed_kind" "$changed_name"
        return 0
    done <<LINES
$observed_lines
LINES
}

adopt_record() { # STEP: adds what a record of an older runtime lacks, as it is now
    observe_all observes
    needs_made "$1"
    adopted="$observed_lines$needed_lines"
    result_token "$1"
    { printf '%smade %s\n' "$adopted" "$token"; } 2>/dev/null >>"$state_dir/$1.done" || :
}

result_token() { # STEP: sets token to what it has made; a new one where that can't be found out
    token=$hash-$now-$$
    case $has in
        *products*)
            observe_all products
            case "$observed " in *' unknown '*) return 0 ;; esac
            token=$(printf '%s\n' "$observed" | hash_stdin)
            token=${token%% *}
            ;;
    esac
}

still_same() { # a completed step whose needs ran again: is all that it was made from as it was, and is it valid?
    [ "$pending" != recheck ] && [ -f "$state_dir/$key.done" ] || return 1
    read_record "$state_dir/$key.done"
    if ! unchanged "$key"; then
        echo "=== $utc $id runs again: $changed"
        return 1
    fi
    if [ "$rerun" = always ] && needs_ran; then
        echo "=== $utc $id runs again, as what it needs ran again"
        return 1
    fi
    [ "$pending" = check ] || return 0
    as_it_runs=1 # its containers have settled long ago
    run_part validate
    as_it_runs=''
    [ "$rc" = 0 ]
}

needs_ran() { # was one of the steps that it needs done again in this run?
    eval "needs_causes=\${from_$key-}"
    for need in $needs_causes; do
        [ -f "$state_dir/$need.done" ] || continue
        read_record "$state_dir/$need.done"
        [ "$record_begin" -lt "$up_began" ] || return 0
    done
    return 1
}

note_inputs() { # adds to the record what the step is made from
    observe_all observes
    needs_made "$key"
    inputs_now=$observed$needed roll_force='' roll_secrets=$(secrets_in "$observed" | tr '\n' ,)
    if [ -f "$state_dir/$key.was" ]; then
        read_record "$state_dir/$key.was"
        [ -z "$record_made" ] || [ "$(secrets_in "$observed")" = "$(secrets_in "$record_inputs")" ] || roll_force=1
    fi
    [ -z "$observed_lines$needed_lines" ] || { printf '%s' "$observed_lines$needed_lines" >>"$record"; } 2>/dev/null
}

secrets_in() { # PAIRS: prints the digests of secrets among them
    # shellcheck disable=SC2086 # words without blanks
    set -- $1
    while [ $# -gt 1 ]; do
        [ "$1" != secret ] || echo "$2"
        shift 2
    done
}

made_token() { # sets token to what the step has made, and was_made and was_hash from its last record
    was_made='' was_hash=''
    result_token "$key"
    [ -f "$state_dir/$key.was" ] || return 0
    read_record "$record"
    made_measures=$record_measures
    read_record "$state_dir/$key.was"
    was_made=$record_made was_hash=$record_hash
    [ -n "$record_runs" ] || [ "$record_hash" != "$hash" ] || record_runs=$runs # an older runtime recorded the hash alone
    case $has in *products*) return 0 ;; esac
    # The same script that is given the same makes the same, however that is validated.
    [ "$record_runs$record_inputs$record_needs$record_measures" != "$runs$inputs_now$made_measures" ] || [ -z "$record_made" ] || token=$record_made
}
