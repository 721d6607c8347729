# nginx, by nginx-prometheus-exporter, which reads the page of stub_status.

defaults {
  image    = image.EXPORTER
  interval = null
  port     = 80
  path     = "/stub_status"
}

unless "image" {
  image "EXPORTER" {
    pull = "nginx/nginx-prometheus-exporter:1.4.1"
  }
}

service "EXPORTER" {
  image    = exporter.image
  networks = exporter.networks
  profiles = exporter.profiles
  command  = ["--nginx.scrape-uri=http://${service.WATCHED.host}:${exporter.port}${exporter.path}"]

  port "metrics" {
    container = 9113
  }

  scrape "metrics" {
    interval = exporter.interval
    exports  = exporter.exports
  }

  resources {
    memory = "64MB"
  }

  harden {
    read_only = true
  }
}

alert "NginxDown" {
  expr        = "nginx_up{job=~\"JOBS\"} == 0"
  for         = "1m"
  severity    = "critical"
  group       = "nginx"
  summary     = "nginx doesn't answer {{ $labels.instance }}"
  description = "The page of stub_status has not been read for a minute: the server is down, or the location isn't there for the exporter."
}

alert "NginxExporterDown" {
  expr        = "up{job=~\"JOBS\"} == 0"
  for         = "5m"
  severity    = "warning"
  group       = "nginx"
  summary     = "{{ $labels.instance }} is down"
  description = "nginx is not watched: no other alert about it can fire."
}

alert "NginxDropsConnections" {
  expr        = "increase(nginx_connections_accepted{job=~\"JOBS\"}[5m]) - increase(nginx_connections_handled{job=~\"JOBS\"}[5m]) > 0"
  for         = "5m"
  severity    = "warning"
  group       = "nginx"
  summary     = "nginx behind {{ $labels.instance }} drops connections"
  description = "It accepts more than it handles: worker_connections, or the limit of open files, is reached."

  test {
    series = {
      "nginx_connections_accepted{job=\"FIRST\",instance=\"FIRST:9113\"}" = "0+60x30"
      "nginx_connections_handled{job=\"FIRST\",instance=\"FIRST:9113\"}"  = "0+30x30"
    }
    at = "20m"
  }
  test {
    series = {
      "nginx_connections_accepted{job=\"FIRST\",instance=\"FIRST:9113\"}" = "0+60x30"
      "nginx_connections_handled{job=\"FIRST\",instance=\"FIRST:9113\"}"  = "0+60x30"
    }
    at    = "20m"
    fires = false
  }
}

dashboard "exporter-nginx" {
  title       = "nginx"
  description = "Requests and connections."
  tags        = ["nginx"]

  variable "instance" {
    label = "Instance"
  }

  row "nginx" {
    panel "Up" {
      type        = "stat"
      description = "1 if the exporter can read the page of stub_status."
      expr        = "nginx_up{job=~\"JOBS\",instance=~\"$instance\"}"
      legend      = "{{instance}}"
    }
    panel "Requests" {
      unit        = "reqps"
      min         = 0
      description = "Of all clients."
      expr        = "rate(nginx_http_requests_total{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{instance}}"
    }
    panel "Connections" {
      min         = 0
      description = "By what nginx does for them. Waiting ones are kept alive."
      query {
        expr   = "nginx_connections_reading{job=~\"JOBS\",instance=~\"$instance\"}"
        legend = "reading"
      }
      query {
        expr   = "nginx_connections_writing{job=~\"JOBS\",instance=~\"$instance\"}"
        legend = "writing"
      }
      query {
        expr   = "nginx_connections_waiting{job=~\"JOBS\",instance=~\"$instance\"}"
        legend = "waiting"
      }
    }
    panel "Dropped connections" {
      unit        = "ops"
      min         = 0
      description = "Accepted, but not handled."
      expr        = "rate(nginx_connections_accepted{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval]) - rate(nginx_connections_handled{job=~\"JOBS\",instance=~\"$instance\"}[$__rate_interval])"
      legend      = "{{instance}}"
    }
  }
}
