milestone "monitoring" {
  title = "Monitoring Integration"
  goal  = "Configure Prometheus and Grafana for system observability"
  order = 70
}

locals {
  # The document estimates 10 to 15 minutes for this milestone; the costs add
  # up to 17.
  monitoring_time = [for cost in range(11) : "${floor(cost * 12.5 * 60 / 17 + 0.5)}s"]
}

# The document logs in to Grafana as admin:admin in six lines; here curl reads
# the password from its standard input, so that no process list shows it.

# 7.1
# The document counts all targets of Prometheus, including Prometheus itself,
# and expects only the replicas; here the replicas that are up are counted.
action "verify_prometheus_targets" {
  title        = "Verify Prometheus Targets"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.monitoring_stack_operational && state.constellation_replicas_running
  effects = {
    prometheus_targets = length(local.constellation_containers)
  }
  cost          = 3
  duration      = local.monitoring_time[3]
  duration_note = local.estimate
  priority      = "high"
  tools         = ["curl", "jq"]
  retries       = 6
  backoff       = "10s"
  uses          = { replicas = 1 }
  run           = <<-EOT
    answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=count(up{job="constellation"} == 1)' ${local.prometheus_url}/api/v1/query)
    printf '%s' "$answer" | jq -r '.data.result[0].value[1] // "0"'
  EOT
  validate      = <<-EOT
    answer=$(curl -fsS --max-time 10 '${local.prometheus_url}/api/v1/targets?state=active')
    printf '%s' "$answer" | jq -e '
      [.data.activeTargets[] | select(.labels.job == "constellation" and .health == "up")]
      | length == ${length(local.constellation_containers)}' > /dev/null
  EOT

  measure "prometheus_targets" {
    from = "output"
  }
}

# 7.2
# In the document's query, curl interprets the braces, and an empty result
# counts as success; here the query is encoded, and each replica must report.
action "query_prometheus_metrics" {
  title        = "Query Prometheus Metrics"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.prometheus_targets == length(local.constellation_containers)
  effects = {
    metrics_collecting = true
  }
  cost          = 3
  duration      = local.monitoring_time[3]
  duration_note = local.estimate
  priority      = "high"
  tools         = ["curl", "jq"]
  uses          = { replicas = 1 }
  run           = "curl -fsS --max-time 10 -G --data-urlencode 'query=up' ${local.prometheus_url}/api/v1/query"
  validate      = <<-EOT
    answer=$(curl -fsS --max-time 10 -G --data-urlencode 'query=constellation_server_starts_total{job="constellation"}' ${local.prometheus_url}/api/v1/query)
    printf '%s' "$answer" | jq -e '.data.result | length == ${length(local.constellation_containers)}' > /dev/null
  EOT
}

# 7.3
action "configure_grafana_datasource" {
  title        = "Configure Grafana Data Source"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.monitoring_stack_operational
  effects = {
    grafana_datasource_configured = true
  }
  cost          = 2
  duration      = local.monitoring_time[2]
  duration_note = local.estimate
  priority      = "medium"
  tools         = ["curl", "jq"]
  run           = "ls -l grafana/provisioning/datasources"
  validate      = <<-EOT
    answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/datasources)
    printf '%s' "$answer" | jq -e 'any(.[]; .type == "prometheus" and .isDefault)' > /dev/null
  EOT
}

# 7.4
# The document posts a dashboard without a uid to the API; here the dashboard
# is provisioned, and this action checks that Grafana has loaded it.
action "import_dashboard" {
  title        = "Import Constellation Dashboard"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.grafana_datasource_configured
  effects = {
    grafana_dashboard_loaded = true
  }
  cost          = 4
  duration      = local.monitoring_time[4]
  duration_note = local.estimate
  priority      = "medium"
  tools         = ["curl", "jq"]
  retries       = 3
  backoff       = "5s"
  run           = "ls -l grafana/dashboards"
  validate      = <<-EOT
    answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/dashboards/uid/${dashboard.constellation-overview.uid})
    printf '%s' "$answer" | jq -e '.dashboard.title == "${dashboard.constellation-overview.title}"' > /dev/null
  EOT
}

# 7.5
# The document checks the syntax of a file that Prometheus never loads; here
# Prometheus itself must list the alert.
action "set_up_alerts" {
  title        = "Set Up Alerts (Optional)"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.grafana_dashboard_loaded
  effects = {
    alerting_configured = true
  }
  cost          = 3
  duration      = local.monitoring_time[3]
  duration_note = local.estimate
  priority      = "low"
  optional      = true
  tools         = ["curl", "jq"]
  run           = "${service.prometheus.exec} promtool check config /etc/prometheus/prometheus.yml"
  validate      = <<-EOT
    answer=$(curl -fsS --max-time 10 '${local.prometheus_url}/api/v1/rules?type=alert')
    printf '%s' "$answer" | jq -e 'any(.data.groups[].rules[]; .name == "${alert.ConstellationDown.name}")' > /dev/null
  EOT
}

# 7.6
# The document leaves <dashboard-uid> to the reader and checks nothing; here
# the dashboard has a uid, and its data source must answer a query.
action "test_dashboard_rendering" {
  title        = "Test Grafana Dashboard Rendering"
  milestone    = milestone.monitoring
  category     = "Monitoring Setup"
  precondition = state.grafana_dashboard_loaded
  effects = {
    dashboards_rendering = true
  }
  cost          = 2
  duration      = local.monitoring_time[2]
  duration_note = local.estimate
  priority      = "low"
  tools         = ["curl", "jq"]
  run           = <<-EOT
    answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/dashboards/uid/${dashboard.constellation-overview.uid})
    printf '%s' "$answer" | jq -r '.dashboard.panels[].title'
  EOT
  validate      = <<-EOT
    sources=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - ${local.grafana_url}/api/datasources)
    source=$(printf '%s' "$sources" | jq -er '[.[] | select(.type == "prometheus")][0].uid')
    answer=$(printf 'user = "admin:%s"\n' ${secret.grafana_password} | curl -fsS --max-time 10 -K - "${local.grafana_url}/api/datasources/proxy/uid/$source/api/v1/query?query=up")
    printf '%s' "$answer" | jq -e '.status == "success"' > /dev/null
  EOT
}

# The document also runs 7.1 in parallel with 7.2, and 7.4 with 7.5, each of
# which requires the other; these two can run in parallel.
parallel "after_the_dashboard" {
  actions = [
    action.set_up_alerts,
    action.test_dashboard_rendering,
  ]
}
