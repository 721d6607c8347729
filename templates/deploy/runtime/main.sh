# ---- the command line

help() {
    cat <<'HELP'
Usage: ./deploy.sh [COMMAND] [OPTION…]

Commands
  up              deploy: run the plan's steps that aren't done (the default)
  status          which steps are done
  verify          try the success criteria
  bench           run the benchmarks
  plan            print the plan (with --verbose its scripts too)
  logs ACTION     print an action's log
  report          print the last report
  rollback        undo what is done, in reverse order, where a rollback is declared
  down            remove the containers; data and images are kept
  reset           remove containers, networks, volumes, secrets and state

Options
  --goal GOAL     the goal whose plan to run
  --jobs N        at most N steps at once (8)
  --dry-run       print what would be done; touch nothing
  --skip ACTION   count it as done, in this run alone
  --only ACTION   run it alone; what it needs must be done
  --from ACTION   do it, and all that need it, again; of a step that another way
                  stands in for: go back to the plan
  --images        (reset) remove every image that the kit names as well, those
                  that it pulled or found here included
  --accept-edits  accept files of the kit that were edited, or the state of another plan
  --yes           don't ask; when a step fails and there is another way, take it
  --json          (status, plan, report) print JSON
  --no-color      no colours (NO_COLOR and TERM=dumb do the same)
  --verbose       say more
  --help          this text

Exit status: 0 done or nothing to do, 1 an action failed, 2 wrong usage,
3 a prerequisite is missing, 4 another run is at work, 5 the kit or its state
doesn't fit the plan, 6 a container doesn't run as it should, criteria or
benchmark targets not met, 128+n signal n.
HELP
}

open_closed() { # input and output that the caller has closed would be taken by the next file opened
    { true 4<&0; } 2>/dev/null || exec </dev/null
    { true 4>&1; } 2>/dev/null || exec >/dev/null
    { true 4>&2; } 2>/dev/null || exec 2>/dev/null
}

check_utilities() { # what this script itself cannot do without
    utilities_missing=''
    for utility in awk sed date od cat cp mv rm ln mkdir mkfifo chmod sync sleep tail wc tr grep dirname; do
        command -v "$utility" >/dev/null 2>&1 || utilities_missing="$utilities_missing $utility"
    done
    [ -r /proc/self/stat ] && [ "$grouping" != tree ] || command -v ps >/dev/null 2>&1 || utilities_missing="$utilities_missing ps"
    [ -z "$utilities_missing" ] || die 3 "These utilities of every POSIX system are not in PATH:$utilities_missing. Install them, or set PATH."
}

choose_goal() { # sets goal_key and plan_hash
    goal=${goal:-$default_goal}
    if ! goal_named "$goal"; then
        goal_list=''
        goal_names=$(goals)
        set --
        while IFS= read -r goal_line; do
            set -- "$@" "$goal_line"
            goal_list="$goal_list${goal_list:+, }$goal_line"
        done <<GOALS
$goal_names
GOALS
        usage_error "there is no goal '$goal' (there are: $goal_list)" "$goal" "$@"
    fi
}

parse() {
    command='' argument='' choices=''
    while [ $# -gt 0 ]; do
        case $1 in
            --goal=* | --jobs=* | --skip=* | --only=* | --from=*)
                option=${1%%=*} value=${1#*=}
                shift
                set -- "$option" "$value" "$@"
                ;;
        esac
        case $1 in
            --goal | --jobs | --skip | --only | --from)
                [ $# -gt 1 ] || usage_error "$1 needs a value" ''
                case $1 in
                    --goal) goal=$2 ;;
                    --jobs) jobs=$2 ;;
                    *) choices="$choices
${1#--}:$2" ;;
                esac
                shift
                ;;
            --dry-run) dry_run=1 ;;
            --images) with_images=1 ;;
            --accept-edits) accept_edits=1 ;;
            --yes | -y) assume_yes=1 ;;
            --json) as_json=1 ;;
            --no-color) no_color=1 ;;
            --verbose | -v) verbose=1 ;;
            --help | -h) command=help ;;
            --push) usage_error "this version of the kit can't push: run ./deploy.sh, which builds the images here, and then 'docker push NAME' for each one that has a registry" '' ;;
            -*) usage_error "there is no option '$1'" "$1" --goal --jobs --skip --only --from --dry-run --images --accept-edits --yes --json --no-color --verbose --help ;;
            *)
                if [ -z "$command" ]; then
                    command=$1
                elif [ "$command" = logs ] && [ -z "$argument" ]; then
                    argument=$1
                elif [ "$command" != help ]; then
                    usage_error "'$1' is one argument too many" ''
                fi
                ;;
        esac
        shift
    done
    command=${command:-up}
    case $jobs in
        '' | *[!0-9]* | 0*) usage_error "--jobs wants a whole number from 1, not '$jobs'" '' ;;
    esac
}

# The variables that the scheduler and its workers use all the time, and those
# that only eval sets. They are made before the plan's, for shells look through
# variables in the order in which these were made.
variables() {
    k='' key='' r='' now=0 utc='' clock_up='' clock_day='' clock_date='' day=0 month=0 year=0 era_day=0 era_year=0 year_day=0
    hour=0 minute=0 second=0 span_text='' me=0 me_line='' start_time='' started_line='' process_field=0 process_word=''
    mode='' limit=0 ready='' ready_i=0 ready_last=0 ready_head='' ready_head_i=0 ready_before='' ready_rest=''
    running='' running_count=0 halt='' position='' event='' event_key='' event_1='' event_2='' left=0
    count_list='' count_need='' count_uses='' count_use='' count_status='' offer_uses='' offer_use='' offer_r='' offer_head=''
    offer_free=0 next_head='' next_status='' next_left=0 on_end_running='' ended_uses='' ended_use='' ended_r=''
    ended_dependents='' ended_status='' tick_worker='' tick_limit=0 live_began=0 live_id='' live_text='' live_seconds=0
    parts_dir='' kit_present='' check_how='' check_missing='' copy_want='' script_file='' step_key='' step_field='' step_value='' step_starts=0 step_finishes=0
    action='' id='' title='' waits='' preflight='' secret='' service='' has='' timeout=0 retries=0 backoff=0 on_failure='' optional=''
    skip_when_valid='' runbooks='' tools='' hash='' block='' part='' log='' record='' rc=0 woken='' unwritten='' attempt=0 outcome='' begun=0
    claim_status=0 body_file='' body_line='' body_before='' body_watch='' body_apart='' steps='' total=0 resources='' load_need='' load_needs='' grouping='' setsid=''
    record_word='' record_1='' record_2='' record_3='' record_hash='' record_begin='' record_end='' record_result=''
    record_worker='' record_worker_start='' record_boot='' record_body='' record_body_start='' record_exit='' record_measures=''
    changed_uses='' changed_use='' changed_left='' left_off='' end_waits_changed='' note_id='' note_base=0 note_run='' note_sick=''
    started_action='' started_status='' expected_status='' expected_needs='' services_want='' services_restarts=0
    planned_start=0 planned_finish=0 planned_takes=0 undo_this='' undo_status='' undo_next='' undo_next_step='' link=''
    consumer='' consumer_status='' consumer_id='' destroyer='' destroyer_was='' destroyer_id='' destroyed_status=''
    destroyed_links='' destroyed_id='' judge_status='' judge_seen='' judge_id='' select_status='' selected=''
    skip_key='' skip_status='' skip_id='' only_need='' only_needs='' only_status='' only_id='' only_need_id='' find_id=''
    dry_next='' detour_function='' detour_id='' other_way='' decide_status='' holds_status='' holds_links='' world_now='' world_was='' world_action='' row=0 without_kept='' without_steps='' plan_id='' plan_need='' plan_needs='' back_status='' report_status='' report_actual='' report_id=''
    report_planned_text='' report_comma='' json_text='' status_word='' status_seconds=''
}

main() { # KIT-FOLDER CHECKSUMS ARGUMENT…: deploy.sh, once its parts are loaded
    set -uf
    variables
    kit_dir=$1 kit_sums=$2
    shift 2
    user_umask=$(umask)
    umask 077
    stage='' lock='' live='' verbose='' dry_run='' accept_edits='' assume_yes='' as_json='' no_color='' with_images=''
    showing='' goal='' jobs=8 signalled='' want_rollback='' wanted_detour='' detour='' before_detour='' done_count=0 ended_count=0 job_count=0 later_count=0 closing=''
    env_count=0 env_words='' c_good='' c_bad='' c_off='' failed_keys='' child='' stop='' late='' only='' skip='' redo='' printer='' boot=''
    the_kit
    open_closed
    parse "$@"
    case $command in
        up | status | verify | bench | plan | logs | report | rollback | down | reset) ;;
        help) help; return 0 ;;
        *) usage_error "there is no command '$command'" "$command" up status verify bench plan logs report rollback down reset ;;
    esac
    choose_grouping
    check_utilities
    cd "$kit_dir" || die 3 "The folder $kit_dir cannot be entered."
    base=$kit_dir/.omegagen parts_dir=$kit_dir/deploy
    state_dir=$base/state log_dir=$base/logs run_dir=$base/run
    watch_bodies
    choose_goal
    find_clock
    if [ -t 1 ] && [ "${TERM-dumb}" != dumb ]; then
        live=1
        if [ -z "${NO_COLOR-}" ] && [ -z "$no_color" ]; then
            c_good=$(printf '\033[32m') c_bad=$(printf '\033[31m') c_off=$(printf '\033[0m')
        fi
    fi
    signals_end
    case $command$dry_run in
        plan* | status* | logs* | report* | up?*) ;; # a reader who has seen enough ends what only prints
        *) trap '' PIPE ;; # but no deployment; bodies have it back
    esac
    case $command in
        up) command_up ;;
        status) command_status ;;
        verify) command_verify ;;
        bench) command_bench ;;
        plan) command_plan ;;
        logs) command_logs ;;
        report) command_report ;;
        rollback) command_rollback ;;
        down) command_down ;;
        reset) command_reset ;;
    esac
    main_status=$?
    finish
    return "$main_status"
}
