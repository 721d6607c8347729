# Every attribute and step of the image block.
system "images" {
  version = "0.1.0"
}

image "base" {
  pull = "registry.example.org:5000/team/base:1.2@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

image "theirs" {
  dockerfile = "../Dockerfile"
  context    = ".."
  target     = "runtime"
  build_args = { A = 1 }
  tag        = "localhost/theirs:1"
}

image "server" {
  tag        = "server:latest"
  context    = "../.."
  max_size   = "100MB"
  labels     = { vendor = "Exogenesis Omega" }
  build_args = { PROFILE = "release" }
  platform   = "linux/amd64"
  ignore     = ["docs/"]
  target     = "runtime"
  cost       = 8
  duration   = "8m"
  stage "builder" {
    from     = "rust:1.75-slim"
    platform = "$BUILDPLATFORM"
    packages {
      apt = ["pkg-config", "libssl-dev", "pkg-config"]
      pip = ["requests==2.32.3"]
    }
    arg {
      name    = "PROFILE"
      default = "debug"
    }
    arg {
      name = "COMMIT"
    }
    workdir {
      path = "/build"
    }
    copy {
      src  = ["Cargo.toml", "Cargo.lock"]
      dest = "./"
    }
    copy {
      src  = "src"
      dest = "src"
    }
    run {
      command = "cargo build"
      mounts  = ["type=cache,target=/root/.cargo"]
      network = "none"
    }
    run {
      command = ["cargo", "--version"]
    }
  }
  stage "runtime" {
    from = image.base
    copy {
      from  = stage.builder
      src   = ["/build/target/release/server"]
      dest  = "/usr/local/bin/"
      chown = "10001:10001"
      chmod = "0755"
      link  = true
    }
    copy {
      from = image.base
      src  = "/a"
      dest = "/b"
    }
    copy {
      from = "busybox:1.36"
      src  = "/bin/busybox"
      dest = "/bin/busybox"
    }
    add {
      src  = "https://example.org/a.tar"
      dest = "/opt/"
    }
    env {
      values = { TITLE = "a \"b\" $HOME", PATHS = "/a:/b" }
    }
    label {
      values = { "com.example" = "x" }
    }
    expose {
      ports = [8080, "53/udp"]
    }
    volume {
      paths = ["/data"]
    }
    stopsignal {
      signal = "SIGTERM"
    }
    shell {
      command = ["/bin/sh", "-eu", "-c"]
    }
    onbuild {
      run {
        command = "true"
      }
      packages {
        apk = ["curl"]
      }
    }
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/usr/local/bin/server"]
    }
    cmd {
      command = []
    }
  }
}

image "again" {
  for_each = toset(["a", "b"])
  stage "only" {
    from = image.server.stage.runtime.name == "runtime" ? "debian:12" : "debian:13"
    run {
      command = "echo ${image.server.tag} ${image.server.context} ${image.server.dockerfile} ${each.key}"
    }
  }
}
