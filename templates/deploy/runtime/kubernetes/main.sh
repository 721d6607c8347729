# ---- the command line

help() {
    cat <<'HELP'
Usage: ./deploy.sh [COMMAND] [OPTION…]

Commands
  up              deploy: run the plan's steps that are not done (default)
  status          compare what is recorded with the cluster:
                  0 as deployed, 6 something differs, 3 something can't be seen
  verify          check the workloads and the success criteria
  bench           run the benchmarks
  plan            print the plan (with --verbose its scripts too)
  logs ACTION     print an action's log
  report          print the last report
  history         list the releases: the runs that changed something and ended well
  rollback [N]    return to release N, by default the one before the present state
  uninstall       run the rollbacks of completed steps, in reverse order
  down            remove what runs; keep claims with their data, and secrets

Options
  --context NAME  the context of kubectl's configuration; the first deployment
                  must name it
  --goal GOAL     use the plan of this goal
  --jobs N        run at most N steps in parallel (default 8)
  --dry-run       print what would be done, why and what it disrupts; change nothing
                  (--dry-run=full prints the scripts too)
  --skip ACTION   treat it as done, in this run only
  --only ACTION   run only this step; the steps that it needs must be done
  --from ACTION   run it, and all steps that need it, again; for a step that was
                  replaced by its fallback: switch back to the plan
  --accept-edits  accept edited files of the kit
  --yes           don't ask; if a step with a fallback fails, switch to it
  --json          (status, plan, report, history) print JSON
  --no-color      no colors (as with NO_COLOR or TERM=dumb)
  --verbose       print more
  --help          print this text

Exit status: 0 done or nothing to do, 1 an action failed, 2 wrong usage,
3 a prerequisite is missing, 4 another run is active, 5 the kit or its state
does not match the plan, or the cluster is another one, 6 a workload is not
ready, or a criterion or benchmark target is not met, 128+n signal n.
HELP
}

check_utilities() { # programs that this script itself requires
    utilities_missing=''
    for utility in awk sed date od cat cp cmp mv rm mkdir mkfifo chmod sync sleep tail head wc tr grep sort dirname uname base64 gzip tar; do
        command -v "$utility" >/dev/null 2>&1 || utilities_missing="$utilities_missing $utility"
    done
    [ -r /proc/self/stat ] && [ "$grouping" != tree ] || command -v ps >/dev/null 2>&1 || utilities_missing="$utilities_missing ps"
    [ -z "$utilities_missing" ] || die 3 "Required utilities not found in PATH:$utilities_missing. Install them, or set PATH."
}

parse() {
    command='' argument='' choices=''
    while [ $# -gt 0 ]; do
        case $1 in
            --goal=* | --jobs=* | --skip=* | --only=* | --from=* | --context=*)
                option=${1%%=*} value=${1#*=}
                shift
                set -- "$option" "$value" "$@"
                ;;
        esac
        case $1 in
            --goal | --jobs | --skip | --only | --from | --context | --as-release)
                [ $# -gt 1 ] || usage_error "$1 requires a value" ''
                case $1 in
                    --goal) goal=$2 ;;
                    --jobs) jobs=$2 ;;
                    --context) context_wanted=$2 ;;
                    --as-release) as_release=$2 ;;
                    *) choices="$choices
${1#--}:$2" ;;
                esac
                shift
                ;;
            --dry-run) dry_run=short ;;
            --dry-run=full) dry_run=full ;;
            --accept-edits) accept_edits=1 ;;
            --yes | -y) assume_yes=1 ;;
            --json) as_json=1 ;;
            --no-color) no_color=1 ;;
            --verbose | -v) verbose=1 ;;
            --help | -h) command=help ;;
            --state | --state=* | --push | --pull | --images | --lost) usage_error "${1%%=*} is an option of kits for Docker Compose; here the cluster has the state, and images are pushed when they are built" '' ;;
            -*) usage_error "unknown option '$1'" "$1" --context --goal --jobs --skip --only --from --dry-run --accept-edits --yes --json --no-color --verbose --help ;;
            *)
                if [ -z "$command" ]; then
                    command=$1
                elif [ -z "$argument" ] && case $command in logs | rollback) ;; *) false ;; esac; then
                    argument=$1
                elif [ "$command" != help ]; then
                    usage_error "unexpected argument '$1'" ''
                fi
                ;;
        esac
        shift
    done
    command=${command:-up}
    case $jobs in
        '' | *[!0-9]* | 0*) usage_error "--jobs must be a positive integer, not '$jobs'" '' ;;
    esac
}

open_run() { # makes the folder of this run, and removes those of killed ones
    set +f
    for run_old in "$base"/run/*; do
        [ -d "$run_old" ] || continue
        run_pid=${run_old##*/} run_pid=${run_pid##*.}
        case $run_pid in '' | *[!0-9]*) continue ;; esac
        kill -0 "$run_pid" 2>/dev/null || rm -rf "$run_old"
    done
    set -f
    run_own=$base/run/$$
    run_dir=$run_own/now state_dir=$run_own/state written_dir=$run_own/written
    mkdir -p "$run_dir" "$state_dir" "$written_dir" 2>/dev/null || die 3 "Cannot create the folder $run_own: give this user write permission for $kit_dir, or free disk space."
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
    runtime_version=1.0.0 lease_seconds=${OMEGAGEN_LEASE_SECONDS:-40}
    stage='' lock='' live='' verbose='' dry_run='' accept_edits='' assume_yes='' as_json='' no_color=''
    showing='' goal='' jobs=8 signalled='' want_rollback='' wanted_fallback='' taken='' before_fallback='' done_count=0 ended_count=0 job_count=0 later_count=0 closing='' pulled='' stay=''
    env_count=0 env_words='' c_good='' c_bad='' c_off='' failed_keys='' child='' stop='' late='' only='' skip='' redo='' printer='' boot='' release_marked=''
    context='' context_wanted='' as_release='' cluster='' holder='' run_own='' in_worker='' running_count=0 beat_pid='' main_pid=$$ roll_force='' mode='' part='' key=''
    run_dir='' state_dir='' written_dir=''
    the_kit
    open_closed
    parse "$@"
    case $command in
        up | status | verify | bench | plan | logs | report | history | rollback | uninstall | down) ;;
        help) help; return 0 ;;
        build | schema | reset | secret | adopt) usage_error "the command '$command' is one of kits for Docker Compose; on Kubernetes up builds and pushes, applies schemas and makes Secrets" '' ;;
        *) usage_error "unknown command '$command'" "$command" up status verify bench plan logs report history rollback uninstall down ;;
    esac
    choose_grouping
    check_utilities
    base=${OMEGAGEN_BASE:-$kit_dir/.omegagen}
    cd "$kit_dir" || die 3 "Cannot enter the folder $kit_dir."
    parts_dir=$kit_dir/deploy
    log_dir=$base/logs
    open_run
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
        plan* | status* | logs* | report* | history* | up?*) ;; # these only print: a closed pipe ends them
        *) trap '' PIPE ;; # a closed pipe must not end a deployment; bodies reset the trap
    esac
    take_parameters
    case $command in
        up) command_up ;;
        status) command_status ;;
        verify) command_verify ;;
        bench) find_cluster; make_folders; command_bench ;;
        plan) command_plan ;;
        logs) command_logs ;;
        report) command_report ;;
        history) command_history ;;
        rollback) command_rollback ;;
        uninstall) command_uninstall ;;
        down) command_down ;;
    esac
    main_status=$?
    finish
    return "$main_status"
}
