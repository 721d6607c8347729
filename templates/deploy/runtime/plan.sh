# ---- the plan
#
# A POSIX shell has no arrays, so the data of step KEY is in variables whose names end
# in KEY, and eval reads and writes them. Only the keys, which are identifiers made by
# omegagen, become part of the text that eval runs; values never do:
#
#   i_ row            s_ status          a_ action           id_ name
#   n_ needed steps   d_ dependents      u_ resources        at_ planned start and finish
#   l_ causal links: the consumers of its effects            o_ done before this run
#   f_ fallback       v_ validation      r_ needs left       w_ PID of its worker
#   t_ deadline       limit_ timeout     began_ start        x_ it only waits now
#   and of a resource: capacity_ its capacity, free_ free units, q_ queued steps

step() { # KEY FIELD=VALUE…: a row of a plan's table; deploy/plan.sh describes the fields
    step_key=$1
    shift
    steps="$steps $step_key"
    total=$((total + 1)) row=$((row + 1))
    # For each program that they start, shells walk through all variables, so a
    # field that equals the key or is empty gets no variable.
    unset "a_$step_key" "id_$step_key" "n_$step_key" "d_$step_key" "u_$step_key" "l_$step_key" "o_$step_key" "v_$step_key" "f_$step_key" "from_$step_key" "p_$step_key" "y_$step_key"
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

resource() { # KEY CAPACITY: a resource that steps share while they run
    resources="$resources $1"
    eval "capacity_$1=\$2"
}

fallback() { # STEP FUNCTION MODE TEXT: the step's fallback: a function that loads its rows
    eval "f_$1=\"\$2 \$3 \$4\""
}

without() { # STEP STEPS: removes a step from the goal's plan, and those that need it
    without_steps=" $1 $2 " without_kept=''
    for k in $steps; do
        case $without_steps in
            *" $k "*) total=$((total - 1)) ;;
            *) without_kept="$without_kept $k" ;;
        esac
    done
    steps=$without_kept before_fallback=$without_kept
}

serves() { # STEP LINKS: replaces a step's causal links, in a fallback
    eval "l_$1=\$2"
}

load_plan() { # loads the goal's plan, and the fallback that was taken
    steps='' total=0 row=0 resources='' taken='' before_fallback=''
    "goal_$goal_key"
    if [ -f "$state_dir/fallback" ]; then
        read -r taken_plan taken_step <"$state_dir/fallback" || :
        taken_function=''
        [ "$taken_plan" != "$plan_hash" ] || eval "taken_function=\${f_$taken_step-}"
        if [ -n "$taken_function" ]; then
            taken=$taken_step
            eval "taken_id=\${id_$taken-$taken}"
            "${taken_function%% *}"
        fi
    fi
    for k in $steps; do
        eval "load_needs=\${n_$k-}"
        for load_need in $load_needs; do
            eval "d_$load_need=\"\${d_$load_need-} $k\""
        done
    done
}

describe() { # STEP: sets the settings of its action
    eval "action=\${a_$1-$1} id=\${id_$1-$1}"
    title='' service='' secret='' gets='' preflight='' has='' waits='' timeout=0 retries=0 backoff=5 on_failure=stop
    optional='' skip_when_valid='' rerun=changed recheck='' disrupts='' runbooks='' tools='' hash='' runs=''
    "action_$action" about
    [ -n "$runs" ] || runs=$hash
    case " $pulled " in *" $1 "*) recheck=1 skip_when_valid='' retries=2 ;; esac
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
    find_text="$2: no step '$1' in the plan of goal '$goal'"
    shift 2
    usage_error "$find_text" "$@"
}

read_record() { # FILE: sets record_hash, record_begin, record_end, record_worker … from a record
    record_hash='' record_runs='' record_worker='' record_worker_start='' record_boot=''
    record_made='' record_loaded='' record_inputs='' record_needs=''
    record_body='' record_body_start='' record_exit='' record_begin=0 record_end=0 record_result='' record_measures=''
    while read -r record_word record_1 record_2 record_3; do
        case $record_word in
            action) record_hash=$record_1 record_runs=$record_2 ;;
            worker) record_worker=$record_1 record_worker_start=$record_2 record_boot=$record_3 ;;
            body) record_body=$record_1 record_body_start=$record_2 record_exit='' ;;
            exit) record_exit=$record_1 ;;
            measure) # every attempt measures; the last value counts
                record_kept=''
                for record_one in $record_measures; do
                    [ "${record_one%%=*}" = "$record_1" ] || record_kept="$record_kept $record_one"
                done
                record_measures="$record_kept $record_1=$record_2"
                ;;
            input) record_inputs="$record_inputs $record_1 $record_2" ;;
            need) record_needs="$record_needs $record_1 $record_2" ;;
            made) record_made=$record_1 ;;
            loaded) record_loaded=$record_1 ;;
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

undo() { # STEP…: marks them and all steps that need them as todo
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
