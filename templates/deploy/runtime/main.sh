# ---- the command line

help() {
    cat <<'HELP'
Usage: ./deploy.sh [COMMAND] [OPTION…]

Commands
  up              deploy: run the plan's steps that are not done (default)
  schema          change the databases to their schema files, as up does; with
                  --dry-run print the changes and their statements
  status          compare what is recorded with the containers, images and files:
                  0 as deployed, 6 something differs, 3 something can't be seen
  verify          check the containers and the success criteria
  bench           run the benchmarks
  build           build the images that the plan builds; with --push those that have
                  a registry, push them, and write their digests to images.digests
  plan            print the plan (with --verbose its scripts too)
  logs ACTION     print an action's log
  report          print the last report
  history         list the releases: the runs that changed something and ended well
  rollback [N]    return to release N, by default the one before the present state
  uninstall       run the rollbacks of completed steps, in reverse order
  down            remove the containers; keep data and images
  reset           remove containers, networks, volumes, secrets and state
  secret [list]   list the secrets: where each is from, when it changed, who uses it
  secret set NAME     store a value, from the terminal or standard input
  secret rotate NAME  generate a new value, or read its source again, and deploy it
  adopt FOLDER    take over the deployment of that folder, with its state

Options
  --goal GOAL     use the plan of this goal
  --jobs N        run at most N steps in parallel (default 8)
  --dry-run       print what would be done, why and what it disrupts; change nothing
                  (--dry-run=full prints the scripts too)
  --pull          (up) pull images by their digests in images.digests instead of
                  building them
  --push          (build) push the images
  --skip ACTION   treat it as done, in this run only
  --only ACTION   run only this step; the steps that it needs must be done
  --from ACTION   run it, and all steps that need it, again; for a step that was
                  replaced by its fallback: switch back to the plan
  --images        (reset) also remove all images that the kit uses, including
                  pulled ones and those that existed before
  --state DIR     keep the state in DIR; .omegagen becomes a link to it (or set
                  OMEGAGEN_STATE=DIR)
  --lost          (adopt) that folder is gone: list what is lost, continue without
  --accept-edits  accept edited files of the kit
  --yes           don't ask; if a step with a fallback fails, switch to it
  --json          (status, plan, report, history) print JSON
  --no-color      no colors (as with NO_COLOR or TERM=dumb)
  --verbose       print more
  --help          print this text

Exit status: 0 done or nothing to do, 1 an action failed, 2 wrong usage,
3 a prerequisite is missing, 4 another run is active, 5 the kit or its state
does not match the plan, or the deployment is another folder's, 6 a container
is not in the expected state, or a criterion or benchmark target is not met,
128+n signal n.
HELP
}

open_closed() { # opens /dev/null in place of closed standard streams, whose numbers other files would get
    { true 4<&0; } 2>/dev/null || exec </dev/null
    { true 4>&1; } 2>/dev/null || exec >/dev/null
    { true 4>&2; } || exec 2>/dev/null # if it is closed, so is the complaint about that
}

check_utilities() { # programs that this script itself requires
    utilities_missing=''
    for utility in awk sed date od cat cp mv rm ln mkdir mkfifo chmod sync sleep tail wc tr grep dirname; do
        command -v "$utility" >/dev/null 2>&1 || utilities_missing="$utilities_missing $utility"
    done
    [ -r /proc/self/stat ] && [ "$grouping" != tree ] || command -v ps >/dev/null 2>&1 || utilities_missing="$utilities_missing ps"
    [ -z "$utilities_missing" ] || die 3 "Required utilities not found in PATH:$utilities_missing. Install them, or set PATH."
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
        usage_error "unknown goal '$goal'; the goals are: $goal_list" "$goal" "$@"
    fi
}

parse() {
    command='' argument='' argument_name='' choices=''
    while [ $# -gt 0 ]; do
        case $1 in
            --goal=* | --jobs=* | --skip=* | --only=* | --from=* | --state=*)
                option=${1%%=*} value=${1#*=}
                shift
                set -- "$option" "$value" "$@"
                ;;
        esac
        case $1 in
            --goal | --jobs | --skip | --only | --from | --state)
                [ $# -gt 1 ] || usage_error "$1 requires a value" ''
                case $1 in
                    --goal) goal=$2 ;;
                    --jobs) jobs=$2 ;;
                    --state) state_wanted=$2 ;;
                    *) choices="$choices
${1#--}:$2" ;;
                esac
                shift
                ;;
            --dry-run) dry_run=short ;;
            --dry-run=full) dry_run=full ;;
            --images) with_images=1 ;;
            --lost) adopt_lost=1 ;;
            --accept-edits) accept_edits=1 ;;
            --yes | -y) assume_yes=1 ;;
            --json) as_json=1 ;;
            --no-color) no_color=1 ;;
            --verbose | -v) verbose=1 ;;
            --help | -h) command=help ;;
            --push) want_push=1 ;;
            --pull) want_pull=1 ;;
            -*) usage_error "unknown option '$1'" "$1" --goal --jobs --skip --only --from --dry-run --images --push --pull --state --lost --accept-edits --yes --json --no-color --verbose --help ;;
            *)
                if [ -z "$command" ]; then
                    command=$1
                elif [ -z "$argument" ] && case $command in logs | rollback | adopt | secret) ;; *) false ;; esac; then
                    argument=$1
                elif [ "$command" = secret ] && [ -z "$argument_name" ]; then
                    argument_name=$1
                elif [ "$command" != help ]; then
                    usage_error "unexpected argument '$1'" ''
                fi
                ;;
        esac
        shift
    done
    command=${command:-up}
    case $command:$want_push in build:* | help:* | *:) ;; *) usage_error "--push is an option of build, not of $command" '' ;; esac
    case $command:$want_pull in up:* | help:* | *:) ;; *) usage_error "--pull is an option of up, not of $command" '' ;; esac
    case $jobs in
        '' | *[!0-9]* | 0*) usage_error "--jobs must be a positive integer, not '$jobs'" '' ;;
    esac
}

# Creates the variables that the scheduler and its workers use most, and those
# that only eval sets. They are created before the plan's variables, because
# shells search variables in the order of their creation.
variables() {
    k='' key='' r='' now=0 utc='' clock_up='' clock_day='' clock_date='' day=0 month=0 year=0 era_day=0 era_year=0 year_day=0
    hour=0 minute=0 second=0 span_text='' me=0 me_line='' start_time='' started_line='' process_field=0 process_word=''
    mode='' limit=0 ready='' ready_i=0 ready_last=0 ready_head='' ready_head_i=0 ready_before='' ready_rest=''
    running='' running_count=0 halt='' position='' event='' event_key='' event_1='' event_2='' left=0
    count_list='' count_need='' count_uses='' count_use='' count_status='' offer_uses='' offer_use='' offer_r='' offer_head=''
    offer_free=0 next_head='' next_status='' next_left=0 on_end_running='' ended_uses='' ended_use='' ended_r=''
    ended_dependents='' ended_status='' tick_worker='' tick_limit=0 live_began=0 live_id='' live_text='' live_seconds=0
    parts_dir='' kit_present='' check_how='' check_missing='' copy_want='' script_file='' step_key='' step_field='' step_value='' step_starts=0 step_finishes=0
    action='' id='' title='' waits='' preflight='' secret='' gets='' service='' has='' timeout=0 retries=0 backoff=0 on_failure='' optional=''
    skip_when_valid='' rerun='' recheck='' disrupts='' runbooks='' tools='' hash='' runs='' block='' part='' log='' record='' rc=0 woken='' unwritten='' attempt=0 outcome='' begun=0
    claim_status=0 body_file='' body_line='' body_before='' body_watch='' body_apart='' steps='' total=0 resources='' load_need='' load_needs='' grouping='' setsid=''
    record_word='' record_1='' record_2='' record_3='' record_hash='' record_runs='' record_begin='' record_end='' record_result=''
    record_worker='' record_worker_start='' record_boot='' record_body='' record_body_start='' record_exit='' record_measures=''
    changed_uses='' changed_use='' changed_left='' left_off='' end_waits_changed='' note_id='' note_base=0 note_run='' note_sick=''
    started_action='' started_status='' expected_status='' expected_needs='' services_want='' services_restarts=0
    planned_start=0 planned_finish=0 planned_takes=0 undo_this='' undo_status='' undo_next='' undo_next_step='' link=''
    consumer='' consumer_status='' consumer_id='' destroyer='' destroyer_was='' destroyer_id='' destroyed_status=''
    destroyed_links='' destroyed_id='' judge_status='' judge_seen='' judge_id='' select_status='' selected=''
    skip_key='' skip_status='' skip_id='' only_need='' only_needs='' only_status='' only_id='' only_need_id='' find_id=''
    dry_next='' taken_function='' taken_id='' fallback_row='' decide_status='' holds_status='' holds_links='' world_now='' world_was='' world_action='' row=0 without_kept='' without_steps='' plan_id='' plan_need='' plan_needs='' back_status='' report_status='' report_actual='' report_id=''
    observe_known='' observe_keep='' observe_digest='' observe_said='' observe_at='' observe_names='' observe_name='' observed='' observed_lines='' needed='' needed_lines='' need=''
    needs_causes='' cause_links='' made='' made_word='' made_token='' made_measures='' was_made='' was_hash='' token='' inputs_now='' changed='' changed_id=''
    roll_max=1 roll_pause=0 roll_want='' roll_limit=0 roll_settle=0 roll_ill='' roll_well='' roll_rc=0 roll_how='' roll_forced='' roll_new='' roll_scales='' roll_secrets='' roll_total=0 dry_rolls='' dry_batches=0 roll_missing='' roll_pair='' roll_container='' roll_again='' roll_batch=''
    roll_count=0 roll_names='' roll_containers='' roll_wait='' roll_after='' roll_before='' roll_force='' port_holder='' port_number='' port_container='' port_one=''
    named='' named_list='' named_word='' named_service='' named_name='' named_state='' pair_fresh='' pair_all='' pair_token='' token_profiles='' token_profile='' token_said='' token_known=' ' made_hash='' made_image='' made_tag='' made_now='' made_service='' made_id='' made_list='' pair_service='' pair_container='' pair_names='' pair_name='' pair_state='' pair_id='' pair_of='' pair_own='' pair_said='' pair_former='' formers='' former_name='' renamed_to='' renamed_from='' renamed_list=''
    record_loaded='' loads='' reload_had='' reload_is='' reload_said='' reload_since='' reload_rc=0 reload_ok='' reload_at='' reload_looks=0
    pending='' pending_list='' pending_status='' differs='' pair_kind='' pair_digest='' pairs_then='' again_id='' judge_more=''
    record_made='' record_inputs='' record_needs='' ran_count=0 up_began=0 dry_why='' dry_one=''
    stay='' back_to='' back_from='' back_phase='' back_why='' back_status='' back_hash='' release_marked='' release_now='' release_dirty='' release_number=''
    row_name='' row_found='' row_from='' row_traits='' row_users='' row_about='' wanted_secrets='' take_count=0 take_changed='' login_of='' login_password='' login_user='' login_container='' login_script='' login_retire='' login_first='' login_second='' login_now='' login_left='' login_why='' alternated='' retire_status=0
    as_it_runs='' unknown_parameters='' parameter_value='' parameter_line='' parameter_lines='' parameter_faults=0 parameter_shown='' parameter_why='' parameter_one='' parameter_tries=0
    report_planned_text='' report_comma='' json_text='' status_word='' status_seconds=''
}

main() { # KIT-FOLDER CHECKSUMS ARGUMENT…: runs deploy.sh, after its parts are loaded
    set -uf
    each_secret given_secret
    own_environment "$1"
    variables
    kit_dir=$1 kit_sums=$2
    shift 2
    user_umask=$(umask)
    umask 077
    runtime_version=1.1.0
    stage='' lock='' live='' verbose='' dry_run='' accept_edits='' assume_yes='' as_json='' no_color='' with_images=''
    showing='' goal='' jobs=8 state_wanted='' adopt_lost='' other_lock='' owner_moved='' owner_checked='' signalled='' want_rollback='' want_push='' want_pull='' pulled='' left_builds='' pull_look='' pull_digests='' wanted_fallback='' taken='' before_fallback='' done_count=0 ended_count=0 job_count=0 later_count=0 closing=''
    env_count=0 env_words='' c_good='' c_bad='' c_off='' failed_keys='' child='' stop='' late='' only='' skip='' redo='' printer='' boot='' rotating=''
    the_kit
    own_secrets
    open_closed
    parse "$@"
    case $command in
        up | build | schema | status | verify | bench | plan | logs | report | history | rollback | uninstall | down | reset | secret | adopt) ;;
        help) help; return 0 ;;
        *) usage_error "unknown command '$command'" "$command" up build schema status verify bench plan logs report history rollback uninstall down reset secret adopt ;;
    esac
    choose_grouping
    check_utilities
    state_paths
    cd "$kit_dir" || die 3 "Cannot enter the folder $kit_dir."
    find_state
    parts_dir=$kit_dir/deploy
    state_dir=$base/state log_dir=$base/logs run_dir=$base/run
    each_parameter read_parameter
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
        plan* | status* | logs* | report* | history* | up?* | build?* | schema?*) ;; # these only print: a closed pipe ends them
        *) trap '' PIPE ;; # a closed pipe must not end a deployment; bodies reset the trap
    esac
    check_owner
    resume_rollback
    take_parameters
    case $command in
        up) command_up ;;
        build) command_build ;;
        schema) command_schema ;;
        status) command_status ;;
        verify) command_verify ;;
        bench) command_bench ;;
        plan) command_plan ;;
        logs) command_logs ;;
        report) command_report ;;
        history) command_history ;;
        rollback) command_rollback ;;
        uninstall) command_uninstall ;;
        down) command_down ;;
        reset) command_reset ;;
        secret) command_secret ;;
        adopt) command_adopt ;;
    esac
    main_status=$?
    finish
    return "$main_status"
}
