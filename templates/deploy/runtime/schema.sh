# ---- ./deploy.sh schema

command_schema() { # changes the databases to their schema files; with --dry-run prints what would be changed
    if [ -n "$dry_run" ]; then check_kit warn; else check_kit stop; fi
    load_plan
    schema_list=$(databases)
    [ -n "$schema_list" ] || { say 'The kit has no database.'; return 0; }
    problems=0 tools_checked=''
    check_docker
    [ "$problems" = 0 ] || die 3 'Cannot reach the databases.'
    if [ -z "$dry_run" ]; then
        make_folders
        take_lock
        check_plan
    fi
    schema_status=0
    while IFS='	' read -r schema_container schema_port schema_file schema_user schema_name; do
        say "Database $schema_name, $schema_file:"
        sh "$kit_dir/deploy/schema.sh" "$([ -n "$dry_run" ] && echo plan || echo apply)" "$schema_container" "$schema_user" "$schema_name" "$schema_port" "$schema_file" </dev/null || {
            schema_one=$?
            [ "$schema_status" != 0 ] || schema_status=$schema_one
        }
    done <<SCHEMA
$schema_list
SCHEMA
    return "$schema_status"
}
