# Stages that look like mistakes and work.

system "steps" {}

image "busybox" {
  stage "run" {
    from = "scratch"
    copy {
      from = "busybox:1.37-musl"
      src  = ["/bin/busybox"]
      dest = "/bin/sh"
    }
    run { command = "mkdir /data" }
    copy {
      src  = ["rootfs/"]
      dest = "/"
    }
    user { name = "app" }
    entrypoint { command = ["/usr/bin/app"] }
  }
}

image "debug" {
  stage "run" {
    from = "gcr.io/distroless/base-debian12:debug"
    shell { command = ["/busybox/sh", "-c"] }
    run { command = "echo hello" }
    user { name = "nonroot" }
    cmd { command = ["/busybox/sh"] }
  }
}

image "exec" {
  stage "run" {
    from = "scratch"
    copy {
      src  = ["app"]
      dest = "/app"
    }
    run { command = ["/app", "prepare"] }
    user { name = "10001" }
    entrypoint { command = ["/app"] }
  }
}

image "go" {
  stage "build" {
    from = "golang:1.24-alpine"
    workdir { path = "/src" }
    copy {
      src  = ["go.mod", "go.sum"]
      dest = "./"
    }
    run { command = "go mod download" }
    copy {
      src  = ["."]
      dest = "."
    }
    run {
      command = "CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o bin/ ./cmd/..."
      mounts  = ["type=cache,target=/root/.cache/go-build"]
    }
  }
  stage "run" {
    from = "alpine:3.21"
    run { command = "apk add --no-cache ca-certificates && addgroup -S app && adduser -S -G app app" }
    copy {
      from  = stage.build
      src   = ["/src/bin/server", "/src/bin/migrate"]
      dest  = "/usr/local/bin/"
      chown = "app:app"
    }
    copy {
      from = stage.build
      src  = ["/etc/ssl/certs", "/usr/share/zoneinfo"]
      dest = "/etc/x/"
    }
    user { name = "10001" }
    entrypoint { command = ["server"] }
  }
}

image "rust" {
  stage "build" {
    from = "rust:1.82"
    workdir { path = "/usr/src/app" }
    copy {
      src  = ["."]
      dest = "."
    }
    run { command = "cargo install --path ." }
  }
  stage "run" {
    from = "debian:bookworm-slim"
    packages { apt = ["ca-certificates"] }
    copy {
      from = stage.build
      src  = ["/usr/local/cargo/bin/app"]
      dest = "/usr/local/bin/app"
    }
    user { name = "www-data" }
    cmd { command = ["app"] }
  }
}

image "node" {
  stage "build" {
    from = "node:22-alpine"
    workdir { path = "/app" }
    copy {
      src  = ["package.json", "package-lock.json"]
      dest = "./"
    }
    run { command = "npm ci && npm run build" }
  }
  stage "run" {
    from = "nginxinc/nginx-unprivileged:1.27-alpine"
    copy {
      from = stage.build
      src  = ["/build/web"]
      dest = "/usr/share/nginx/html"
    }
    user { name = "root" }
    run { command = "apk add --no-cache tzdata" }
    user { name = "101" }
  }
}

image "python" {
  stage "run" {
    from = "python:3.13-slim"
    env { values = { PYTHONUNBUFFERED = "1" } }
    workdir { path = "/srv" }
    packages { pip = ["gunicorn==23.0.0"] }
    copy {
      src  = ["."]
      dest = "."
    }
    run { command = "useradd -r app || true" }
    user { name = "app" }
    run { command = "mkdir -p /tmp/cache && chown app /tmp/cache" }
    cmd { command = ["gunicorn", "-b", ":8000", "app:app"] }
  }
}

image "venv" {
  stage "run" {
    from = "debian:12-slim"
    packages { apt = ["python3-venv", "python3-pip", "nginx"] }
    run { command = "python3 -m venv /venv && /venv/bin/pip install flask" }
    env { values = { PATH = "/venv/bin:/usr/bin:/bin" } }
    run { command = "pip install gunicorn" }
    user { name = "nginx" }
    cmd { command = ["/venv/bin/gunicorn"] }
  }
}

image "old" {
  stage "run" {
    from = "debian:11-slim"
    packages { apt = ["python3-pip"] }
    packages { pip = ["flask"] }
    user { name = "10001" }
    cmd { command = ["flask", "run"] }
  }
}

image "java" {
  ignore = ["**/*", "!target/app.jar", "!conf"]
  stage "run" {
    from = "eclipse-temurin:21-jre"
    run { command = "groupadd -r spring && useradd -r -g spring spring" }
    workdir { path = "/opt/app" }
    copy {
      src   = ["target/app.jar"]
      dest  = "app.jar"
      chown = "spring:spring"
    }
    copy {
      src  = ["conf"]
      dest = "conf"
    }
    user { name = "10001" }
    entrypoint { command = ["java", "-jar", "/opt/app/app.jar"] }
  }
}

image "script" {
  stage "run" {
    from = "ubuntu:24.04"
    copy {
      src  = ["docker-entrypoint.sh"]
      dest = "/"
    }
    user { name = "ubuntu" }
    entrypoint { command = ["/docker-entrypoint.sh"] }
    cmd { command = ["serve", "--bind", ":80"] }
  }
}

service "busybox" { image = image.busybox }
service "debug" { image = image.debug }
service "exec" { image = image.exec }
service "go" { image = image.go }
service "rust" { image = image.rust }
service "node" { image = image.node }
service "python" { image = image.python }
service "venv" {
  image   = image.venv
  command = ["/venv/bin/flask", "run"]
}
service "old" { image = image.old }
service "java" { image = image.java }
service "script" {
  image      = image.script
  entrypoint = ["/bin/sh", "-ec", "exec /docker-entrypoint.sh serve"]
}
