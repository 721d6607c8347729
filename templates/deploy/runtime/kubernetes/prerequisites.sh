# ---- prerequisites

check_rights() { # may this user do all that a deployment does? Asked at once, before anything is changed.
    rights_missing=''
    {
        printf '%s\n' 'get namespaces' 'get configmaps' 'create configmaps' 'patch configmaps' 'delete configmaps' \
            'get leases.coordination.k8s.io' 'create leases.coordination.k8s.io' 'patch leases.coordination.k8s.io' 'get pods'
        [ -z "$(secrets)" ] || printf '%s\n' 'get secrets' 'create secrets'
        [ -z "$(databases)$runner" ] || echo 'create pods/exec'
        script_rights
        objects | LC_ALL=C awk '$3 != "Namespace" && $3 != "ConfigMap" && !seen[$3]++ { print "get", $3; print "create", $3; print "patch", $3; print "delete", $3 }'
    } >"$run_dir/rights"
    while read -r rights_verb rights_kind; do
        rights_said=$(kube auth can-i "$rights_verb" "$rights_kind" 2>&1 </dev/null)
        case $rights_said in
            *yes) ;;
            *) rights_missing="$rights_missing${rights_missing:+, }$rights_verb $rights_kind" ;;
        esac
    done <"$run_dir/rights"
    [ -z "$rights_missing" ] || die 3 "Nothing was started: in namespace $namespace, this user may not $rights_missing."
}

check_classes() { # are the classes there that objects name? One that this user may not see isn't asked for.
    classes_missing=''
    while read -r class_kind class_name; do
        [ -n "$class_kind" ] || continue
        ! class_said=$(kube get "$class_kind" "$class_name" -o name 2>&1 </dev/null) || continue
        case $class_said in *NotFound*) ;; *) continue ;; esac
        case $class_kind in
            StorageClass) # volumes that were made by hand have a class without an object
                case " $(kube get persistentvolumes -o 'go-template={{range .items}}{{.spec.storageClassName}} {{end}}' 2>/dev/null </dev/null)" in
                    *" $class_name "*) continue ;;
                esac
                ;;
        esac
        classes_missing="$classes_missing${classes_missing:+, }$class_kind $class_name"
    done <<CLASSES
$(classes)
CLASSES
    [ -z "$classes_missing" ] || die 3 "Nothing was started: the cluster doesn't have $classes_missing. Create it, or write another one in target \"kubernetes\"."
}

preflight() { # STEP…: checks the programs that these steps and the criteria need, and reports all that are missing
    problems=0 tools_checked='' preflight_tools='' engine_has='' asked=''
    for k in "$@"; do
        describe "$k"
        preflight_tools="$preflight_tools $tools"
        case " $has " in
            *' asks '*) # a rollback builds nothing
                case $as_release:$has in ?*:*sources*) ;; *) "action_$action" asks ;; esac
                ;;
        esac
    done
    for preflight_tool in $preflight_tools $criteria_tools; do need_tool "$preflight_tool"; done
    [ "$problems" = 0 ] || die 3 "Nothing was started: $problems prerequisite(s) missing."
}
