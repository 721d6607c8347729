image "debian" {
  pull = "debian:13.1-slim${local.digest.debian}"
}

image "golang" {
  pull = "golang:1.24-trixie${local.digest.golang}"
}

image "postgres" {
  pull = "pgvector/pgvector:0.8.0-pg17${local.digest.postgres}"
}

image "prometheus" {
  pull = "prom/prometheus:v2.53.3${local.digest.prometheus}"
}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1${local.digest.alertmanager}"
}

image "grafana" {
  pull = "grafana/grafana:11.6.0${local.digest.grafana}"
}

locals {
  # Static binaries, from vendored modules: the build needs no network.
  go_build = "CGO_ENABLED=0 go build -mod=vendor -trimpath -ldflags='-s -w -X main.version=${local.version}'"
  go_cache = ["type=cache,target=/root/.cache/go-build"]
  app_user = "10001:10001"
}

image "constellation" {
  tag      = "constellation-server:${local.version}"
  context  = var.source
  made_by  = target.name == "kubernetes" ? action.vendor_modules : null # deploy.sh builds it there
  max_size = "${local.max_megabytes}MB"
  ignore   = ["bin"]

  stage "builder" {
    from = image.golang

    workdir {
      path = "/build"
    }
    copy {
      src  = ["go.mod", "go.sum"]
      dest = "./"
    }
    copy {
      src  = ["vendor"]
      dest = "vendor/"
    }
    copy {
      src  = ["internal"]
      dest = "internal/"
    }
    copy {
      src  = ["cmd"]
      dest = "cmd/"
    }
    run {
      command = "${local.go_build} -o /constellation-server ./cmd/constellation-server"
      mounts  = local.go_cache
    }
  }

  stage "runtime" {
    from = image.debian

    # For debugging inside the container.
    packages {
      apt = ["procps"]
    }
    copy {
      from = stage.builder
      src  = ["/constellation-server"]
      dest = "/usr/local/bin/"
      link = true
    }
    user {
      name = local.app_user
    }
    entrypoint {
      command = ["/usr/local/bin/constellation-server"]
    }
  }
}

image "federation" {
  tag      = "constellation-federation:${local.version}"
  context  = var.source
  made_by  = target.name == "kubernetes" ? action.vendor_modules : null # deploy.sh builds it there
  max_size = "${local.max_megabytes}MB"
  ignore   = ["bin"]

  stage "builder" {
    from = image.golang

    workdir {
      path = "/build"
    }
    copy {
      src  = ["go.mod", "go.sum"]
      dest = "./"
    }
    copy {
      src  = ["vendor"]
      dest = "vendor/"
    }
    copy {
      src  = ["internal"]
      dest = "internal/"
    }
    copy {
      src  = ["cmd"]
      dest = "cmd/"
    }
    run {
      command = "${local.go_build} -o /federation-worker ./cmd/federation-worker"
      mounts  = local.go_cache
    }
  }

  stage "runtime" {
    from = image.debian

    copy {
      from = stage.builder
      src  = ["/federation-worker"]
      dest = "/usr/local/bin/"
      link = true
    }
    user {
      name = local.app_user
    }
    entrypoint {
      command = ["/usr/local/bin/federation-worker"]
    }
  }
}
