system "dockerfiles" {}

parameter "v" {
  default = "1"
}

image "far" {
  tag        = "dockerfiles-far"
  context    = "https://github.com/example/app.git#main:web"
  dockerfile = "Dockerfile"
}

image "healthy" {
  tag     = "dockerfiles-healthy"
  context = "./app"
  ignore  = ["node_modules", "*.log", "!keep.log"]

  stage "one" {
    from = "alpine:3.22"

    run {
      command = "adduser -D app"
    }
  }
  stage "stage_1" {
    from = stage.one

    copy {
      src   = "/etc/passwd"
      dest  = "/p"
      chmod = "0755"
      from  = stage.one
    }

    user {
      name = "app"
    }

    expose {
      ports = ["53/udp", "8080/tcp"]
    }

    label {
      values = { a = "b c" }
    }
  }
}

image "inline" {
  tag     = "dockerfiles-inline"
  context = "./app"
  ignore  = ["node_modules", "*.log", "!keep.log"]

  stage "stage_0" {
    from = "busybox:1.37"

    cmd {
      command = ["true"]
    }
  }
}

image "late" {
  tag        = "dockerfiles-late"
  context    = "./app"
  dockerfile = "./app/late.Dockerfile"
  build_args = { V = parameter.v }
}

image "missing" {
  tag        = "dockerfiles-missing"
  context    = "./nowhere"
  dockerfile = "./nowhere/Dockerfile"
}

image "path" {
  tag        = "dockerfiles-path"
  context    = "./app"
  dockerfile = "./app/path.Dockerfile"
}

image "script" {
  tag     = "dockerfiles-script"
  context = "./app"
  ignore  = ["node_modules", "*.log", "!keep.log"]

  stage "stage_0" {
    from = "debian:12-slim"

    shell {
      command = ["/bin/bash", "-euo", "pipefail", "-c"]
    }

    run {
      command = "apt-get update\napt-get install -y curl\n"
    }

    env {
      values = { B = "2" }
    }
    env {
      values = { A = "1", C = "x y" }
    }

    add {
      src  = "https://example.org/a.tar.gz"
      dest = "/a/"
    }

    copy {
      src  = ["a b", "c"]
      dest = "/x y/"
    }

    volume {
      paths = ["/data", "/more"]
    }

    stopsignal {
      signal = "SIGINT"
    }

    entrypoint {
      command = "exec app $A"
    }
  }
}

image "secret" {
  tag        = "dockerfiles-secret"
  context    = "./app"
  dockerfile = "./app/secret.Dockerfile"
}

image "busybox" {
  pull = "busybox"
}

service "far" {
  image = image.far
}

service "healthy" {
  image      = image.healthy
  depends_on = { script = "started" }

  healthcheck {
    shell    = "wget -q -O /dev/null http://127.0.0.1:8080/"
    interval = "20s"
    retries  = 4
  }
}

service "inline" {
  image = image.inline
}

service "late" {
  image = image.late
}

service "missing" {
  image = image.missing
}

service "path" {
  image = image.path
}

service "script" {
  image = image.script
}

service "secret" {
  image = image.secret
}

service "waits" {
  image      = image.busybox
  depends_on = { healthy = "healthy" }
}
