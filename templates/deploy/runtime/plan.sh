# ---- the plan
#
# A POSIX shell has no arrays, so what is known of step KEY is in variables that end
# in its key, and eval reads and writes them. Keys are identifiers that omegagen has
# made, and nothing else of what they hold is ever part of what eval runs:
#
#   i_ its row        s_ its status      a_ its action       id_ its name
#   n_ its needs      d_ what needs it   u_ its resources    at_ planned start and finish
#   l_ whom its effects serve            o_ whether it was done before this run
#   f_ its fallback   v_ its validation  r_ needs left       w_ its worker
#   t_ its deadline   limit_ its timeout began_ its start    x_ it only waits now
#   capacity_, free_ and q_ are of a resource: how much there is, is left, and who waits

step() { # KEY FIELD=VALUE…: a row of a plan's table, with the fields that deploy/plan.sh names
    step_key=$1
    shift
    steps="$steps $step_key"
    total=$((total + 1)) row=$((row + 1))
    # Shells walk through all variables for each program that they start: what
    # is the same as the key, or empty, gets none.
    unset "a_$step_key" "id_$step_key" "n_$step_key" "d_$step_key" "u_$step_key" "l_$step_key" "o_$step_key" "v_$step_key" "f_$step_key"
    step_starts=0 step_finishes=0
    for step_field in "$@"; do
        step_value=${step_field#*=}
        case $step_field in
            id=*) eval "id_$step_key=\$step_value" ;;
            action=*) eval "a_$step_key=\$step_value" ;;
            needs=*) eval "n_$step_key=\$step_value" ;;
            starts=*) step_starts=$step_value ;;
            finishes=*) step_finishes=$step_value ;;
            uses=*) eval "u_$step_key=\$step_value" ;;
            serves=*) eval "l_$step_key=\$step_value" ;;
        esac
    done
    set -- "$step_starts $step_finishes"
    eval "i_$step_key=\$row at_$step_key=\$1 s_$step_key=todo"
}

planned() { # STEP: sets planned_start, planned_finish and planned_takes, in seconds
    eval "planned_start=\${at_$1% *} planned_finish=\${at_$1#* }"
    planned_takes=$((planned_finish - planned_start))
}

resource() { # KEY CAPACITY: what steps share while they run
    resources="$resources $1"
    eval "capacity_$1=\$2"
}

fallback() { # STEP FUNCTION MODE TEXT: the plan has another way on when the step fails
    eval "f_$1=\"\$2 \$3 \$4\""
}

without() { # STEP STEPS: leaves out a step of the goal's plan, and those that need it
    without_steps=" $1 $2 " without_kept=''
    for k in $steps; do
        case $without_steps in
            *" $k "*) total=$((total - 1)) ;;
            *) without_kept="$without_kept $k" ;;
        esac
    done
    steps=$without_kept before_detour=$without_kept
}

serves() { # STEP SUPPORTS: whom a step's effects serve on another way than the goal's plan
    eval "l_$1=\$2"
}

load_plan() { # calls the goal's table, and that of the fallback that was taken
    steps='' total=0 row=0 resources='' detour='' before_detour=''
    "goal_$goal_key"
    if [ -f "$state_dir/fallback" ]; then
        read -r detour_plan detour_step <"$state_dir/fallback" || :
        detour_function=''
        [ "$detour_plan" != "$plan_hash" ] || eval "detour_function=\${f_$detour_step-}"
        if [ -n "$detour_function" ]; then
            detour=$detour_step
            eval "detour_id=\${id_$detour-$detour}"
            "${detour_function%% *}"
        fi
    fi
    for k in $steps; do
        eval "load_needs=\${n_$k-}"
        for load_need in $load_needs; do
            eval "d_$load_need=\"\${d_$load_need-} $k\""
        done
    done
}

describe() { # STEP: sets what its action's block says of it
    eval "action=\${a_$1-$1} id=\${id_$1-$1}"
    title='' service='' secret='' preflight='' has='' waits='''' timeout=0 retries=0 backoff=5 on_failure=stop
    optional='' skip_when_valid='' runbooks='' tools='' hash=''
    "action_$action" about
}

find_step() { # ID OPTION: sets found to the step's key
    found=''
    for k in $steps; do
        eval "find_id=\${id_$k-$k}"
        if [ "$find_id" = "$1" ]; then
            found=$k
            return 0
        fi
    done
    set -- "$1" "$2" "$1"
    for k in $steps; do
        eval "set -- \"\$@\" \"\${id_$k-$k}\""
    done
    find_text="$2: the plan of goal '$goal' has no step '$1'"
    shift 2
    usage_error "$find_text" "$@"
}

read_record() { # FILE: sets record_hash, record_begin, record_end, record_worker … from a record
    record_hash='' record_worker='' record_worker_start='' record_boot=''
    record_body='' record_body_start='' record_exit='' record_begin=0 record_end=0 record_result='' record_measures=''
    while read -r record_word record_1 record_2 record_3; do
        case $record_word in
            action) record_hash=$record_1 ;;
            worker) record_worker=$record_1 record_worker_start=$record_2 record_boot=$record_3 ;;
            body) record_body=$record_1 record_body_start=$record_2 record_exit='' ;;
            exit) record_exit=$record_1 ;;
            measure) # each attempt measures anew, and the last one counts
                record_kept=''
                for record_one in $record_measures; do
                    [ "${record_one%%=*}" = "$record_1" ] || record_kept="$record_kept $record_one"
                done
                record_measures="$record_kept $record_1=$record_2"
                ;;
            end) record_begin=$record_1 record_end=$record_2 record_result=$record_3 ;;
        esac
    done <"$1"
}

load_state() { # sets s_KEY of the plan's steps: todo, done, failed or flight
    for k in $steps; do
        if [ -f "$state_dir/$k.done" ]; then
            read_record "$state_dir/$k.done"
            describe "$k"
            if [ "$record_hash" = "$hash" ] && [ -n "$record_result" ]; then
                eval "s_$k=done"
            else
                eval "s_$k=changed"
            fi
        elif [ -f "$state_dir/$k.run" ]; then
            eval "s_$k=flight"
        elif [ -f "$state_dir/$k.failed" ]; then
            eval "s_$k=failed"
        fi
    done
}

undo() { # STEP…: makes steps and all that need them undone
    while [ $# -gt 0 ]; do
        eval "undo_status=\$s_$1 undo_next=\${d_$1-}"
        undo_this=$1
        shift
        case $undo_status in
            todo) ;;
            *)
                rm -f "$state_dir/$undo_this.done" "$state_dir/$undo_this.failed" "$state_dir/$undo_this.run"
                eval "s_$undo_this=todo"
                ;;
        esac
        for undo_next_step in $undo_next; do
            eval "undo_status=\$s_$undo_next_step"
            [ "$undo_status" = todo ] || set -- "$@" "$undo_next_step"
        done
    done
}
