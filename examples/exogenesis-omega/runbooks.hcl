# The document's eight troubleshooting entries. deploy.sh prints an entry when
# something that it covers fails, but never runs it. The document kills
# whatever listens on a port, deletes Cargo.lock, upgrades every installed
# cargo tool and reads the firewall rules as root; here nothing affects more
# than this deployment.

locals {
  # What no word of the language says on both targets.
  kubectl = "kubectl --namespace exogenesis-omega"
  inspect = local.on_compose ? {
    database      = "docker compose logs --tail 100 ${service.database.instances[0].name}\ndocker inspect --format '{{json .State.Health}}' ${local.database_container}"
    constellation = "docker inspect --format '{{json .State.Health}}' ${local.constellation_containers[0]}"
    grpc          = "docker compose port ${local.constellation_names[0]} ${service.constellation.port.grpc.container}"
    } : {
    database      = "${local.kubectl} logs --tail 100 statefulset/${service.database.name}"
    constellation = "${local.kubectl} describe pods --selector app.kubernetes.io/name=${service.constellation.name}"
    grpc          = "${local.kubectl} port-forward service/${local.constellation_names[0]} ${service.constellation.instances[0].port.grpc.host}:${service.constellation.port.grpc.container} &"
  }
  restart = local.on_compose ? {
    database   = "docker compose restart ${service.database.instances[0].name}\n${local.await} --wait-timeout 120 ${service.database.instances[0].name}"
    prometheus = "docker compose restart ${service.prometheus.instances[0].name}"
    } : {
    database   = "${local.kubectl} rollout restart statefulset/${service.database.name}\n${local.kubectl} rollout status statefulset/${service.database.name} --timeout 120s"
    prometheus = "${local.kubectl} rollout restart statefulset/${service.prometheus.name}"
  }
}

runbook "rust_compilation_errors" {
  title = "Rust compilation errors"
  symptoms = [
    "cargo build fails with dependency errors",
    "omega-* crates are missing",
  ]
  diagnosis  = <<-EOT
    cd ${local.repository}
    ${local.cargo} tree --locked --workspace --depth 1
    ${local.cargo} build --locked --release --keep-going
  EOT
  resolution = <<-EOT
    # A dependency that Cargo.lock doesn't know: add it, and commit the file.
    ${local.cargo} update --workspace
    git diff Cargo.lock
    # Then deploy again: it resumes at the failed action.
    ./deploy.sh
  EOT
  covers = [
    action.fetch_dependencies,
    action.verify_omega_crates,
    action.build_omega_tv_brain,
    action.build_omega_tv_sync,
    action.build_omega_tv_sdk,
    action.build_omega_constellation,
    action.build_constellation_server,
    action.build_federation_worker,
    action.build_omega_cli,
    criterion.rust_crates_compile,
  ]
}

runbook "docker_image_build_fails" {
  title = "Docker image build fails"
  symptoms = [
    "docker build exits with an error",
    "the binary is not found in the builder stage",
  ]
  diagnosis  = "docker build --progress plain -f Dockerfile.${local.server_image.name} ${local.server_image.context}"
  resolution = <<-EOT
    # Build without the cache, to see whether it is stale.
    docker build --no-cache -f Dockerfile.${local.server_image.name} -t ${local.server_image.tag} ${local.server_image.context}
    # If compiling inside the image is what fails, pack the binary of the host:
    # build the kit with --var prebuilt=true.
  EOT
  covers = [
    action.build_constellation_image,
    action.build_federation_image,
    criterion.docker_images_build,
  ]
}

runbook "services_not_starting" {
  title = "Services not starting"
  symptoms = [
    "docker compose up fails",
    "containers exit immediately",
  ]
  diagnosis = local.on_compose ? (
    <<-EOT
    docker compose ps --all
    docker compose logs --tail 100
    # Who has the ports?
    ss -ltnp
    EOT
    ) : (
    <<-EOT
    ${local.kubectl} get pods --output wide
    ${local.kubectl} get events --sort-by .lastTimestamp
    EOT
  )
  resolution = local.on_compose ? (
    <<-EOT
    # Stop what listens on a port of this deployment, or change the port in the
    # manifest and build the kit again. Then:
    docker compose down
    ./deploy.sh
    EOT
  ) : "The events say what is missing: an image that the nodes can't pull, a node with enough memory, a volume. Then run ./deploy.sh again."
  covers = [
    action.verify_ports_available,
    action.start_stack,
    criterion.all_services_start,
  ]
}

runbook "database_connection_fails" {
  title = "Database connection fails"
  symptoms = [
    "the constellation's log shows \"connection refused\"",
    "the database's healthcheck fails",
  ]
  diagnosis  = <<-EOT
    ${local.inspect.database}
    ${service.database.exec} pg_isready -h 127.0.0.1 -U ${database.omega.user}
  EOT
  resolution = <<-EOT
    ${local.restart.database}
  EOT
  covers = [
    action.monitor_database_initialization,
    action.verify_schema,
    action.test_database_from_api,
    criterion.database_quorum,
  ]
}

runbook "health_checks_time_out" {
  title = "Health checks time out"
  symptoms = [
    "containers stay in the state \"starting\"",
    "healthchecks never pass",
  ]
  diagnosis  = <<-EOT
    ${local.inspect.constellation}
    ${service.constellation.instances[0].exec} wget -q -O - http://127.0.0.1:${service.constellation.port.rest.container}${local.readiness_path}
  EOT
  resolution = "Readiness asks the database: see that it is healthy first. If the server only needs longer, raise start_period in services.hcl and build the kit again."
  covers = [
    action.await_constellation,
    action.chaos_test,
    criterion.health_checks_pass,
    criterion.rest_api_functional,
  ]
}

runbook "prometheus_not_scraping" {
  title = "Prometheus not scraping"
  symptoms = [
    "targets are shown as down",
    "no metrics are visible",
  ]
  diagnosis  = <<-EOT
    ${service.prometheus.exec} promtool check config /etc/prometheus/prometheus.yml
    curl -fsS '${local.prometheus_url}/api/v1/targets?state=active'
    curl -fsS ${local.metrics_urls[0]}
  EOT
  resolution = <<-EOT
    # The configuration is read at the start.
    ${local.restart.prometheus}
  EOT
  covers = [
    action.check_monitoring_stack,
    action.verify_prometheus_targets,
    action.query_prometheus_metrics,
    criterion.prometheus_scrapes_replicas,
  ]
}

runbook "grpc_endpoints_unreachable" {
  title = "gRPC endpoints unreachable"
  symptoms = [
    "grpcurl times out",
    "connection refused",
  ]
  diagnosis  = <<-EOT
    ${local.inspect.grpc}
    ${service.constellation.instances[0].exec} printenv GRPC_ADDR
    grpcurl -plaintext ${local.grpc_addresses[0]} list
  EOT
  resolution = "If the port is published and nothing answers, the server's version serves no gRPC: deploy one that does. A server without reflection answers calls, but lists no services."
  covers = [
    action.test_grpc_sync,
    criterion.grpc_endpoints_respond,
  ]
}

runbook "vector_search_slow" {
  title = "Vector search slow"
  symptoms = [
    "a query takes more than a second",
    "the HNSW index is not used",
  ]
  diagnosis  = <<-EOT
    ${local.psql} <<'SQL'
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = '${database.omega.table.content_embeddings.name}';
    EXPLAIN ANALYZE SELECT content_id FROM ${database.omega.table.content_embeddings.name}
    ORDER BY embedding <=> (SELECT embedding FROM ${database.omega.table.content_embeddings.name} LIMIT 1) LIMIT 10;
    SQL
  EOT
  resolution = <<-EOT
    # The document names an index that its SQL never makes.
    ${local.psql} <<'SQL'
    REINDEX INDEX ${database.omega.table.content_embeddings.index.content_embeddings_hnsw_idx.name};
    VACUUM ANALYZE ${database.omega.table.content_embeddings.name};
    SQL
  EOT
  covers = [
    action.test_vector_search,
    action.benchmark_vector_search,
  ]
}
