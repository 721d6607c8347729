# The document builds omega-constellation:latest, but runs
# exogenesis-omega/constellation-server:latest; here an image has one tag, and
# services and scripts refer to the image.

locals {
  repository    = image.constellation.context # as seen from the kit's folder
  rust_image    = "rust:${var.rust_version}-slim-bookworm"
  runtime_image = "debian:bookworm-slim"

  # wget is for the healthcheck. The document's checks run ping, nc and netstat
  # in an image that contains none of them.
  builder_packages = ["libssl-dev", "pkg-config", "protobuf-compiler"]
  runtime_packages = ["ca-certificates", "libssl3", "wget"]
  runtime_user     = "10001:10001"

  # The image that the constellation runs and action 4.2 builds.
  server_image = var.prebuilt ? image.constellation_runtime : image.constellation
}

image "constellation" {
  tag      = "omega-constellation:${local.version}"
  context  = var.repository
  max_size = "${local.max_megabytes}MB"
  labels   = { vendor = local.vendor }

  stage "builder" {
    from = local.rust_image

    packages {
      apt = local.builder_packages
    }
    workdir {
      path = "/build"
    }
    # The document copies only crates and services, but Cargo.toml lists a
    # member in tools, and the build scripts read proto.
    copy {
      src  = ["Cargo.toml", "Cargo.lock"]
      dest = "./"
    }
    copy {
      src  = ["crates"]
      dest = "crates/"
    }
    copy {
      src  = ["services"]
      dest = "services/"
    }
    copy {
      src  = ["tools"]
      dest = "tools/"
    }
    copy {
      src  = ["proto"]
      dest = "proto/"
    }
    run {
      command = "cargo build --locked --release --bin constellation-server && strip target/release/constellation-server"
      mounts  = ["type=cache,target=/usr/local/cargo/registry"]
    }
  }

  stage "runtime" {
    from = local.runtime_image

    packages {
      apt = local.runtime_packages
    }
    copy {
      from = stage.builder
      src  = ["/build/target/release/constellation-server"]
      dest = "/usr/local/bin/"
    }
    user {
      name = local.runtime_user
    }
    entrypoint {
      command = ["/usr/local/bin/constellation-server"]
    }
  }
}

# The same image from the binary that milestone 3 has built on the host: in
# seconds instead of minutes, if the host's C library isn't newer than the
# image's. `omegagen build --var prebuilt=true` deploys it.
image "constellation_runtime" {
  tag      = "omega-constellation:${local.version}-runtime"
  context  = var.repository
  max_size = "${local.max_megabytes}MB"
  labels   = { vendor = local.vendor }

  stage "runtime" {
    from = local.runtime_image

    packages {
      apt = local.runtime_packages
    }
    copy {
      src   = ["target/release/constellation-server"]
      dest  = "/usr/local/bin/"
      chmod = "0755"
    }
    user {
      name = local.runtime_user
    }
    entrypoint {
      command = ["/usr/local/bin/constellation-server"]
    }
  }
}

image "federation" {
  tag      = "omega-federation:${local.version}"
  context  = var.repository
  max_size = "${local.max_megabytes}MB"
  labels   = { vendor = local.vendor }

  stage "builder" {
    from = local.rust_image

    packages {
      apt = local.builder_packages
    }
    workdir {
      path = "/build"
    }
    copy {
      src  = ["Cargo.toml", "Cargo.lock"]
      dest = "./"
    }
    copy {
      src  = ["crates"]
      dest = "crates/"
    }
    copy {
      src  = ["services"]
      dest = "services/"
    }
    copy {
      src  = ["tools"]
      dest = "tools/"
    }
    copy {
      src  = ["proto"]
      dest = "proto/"
    }
    run {
      command = "cargo build --locked --release --bin federation-worker && strip target/release/federation-worker"
      mounts  = ["type=cache,target=/usr/local/cargo/registry"]
    }
  }

  stage "runtime" {
    from = local.runtime_image

    packages {
      apt = ["ca-certificates", "libssl3"]
    }
    copy {
      from = stage.builder
      src  = ["/build/target/release/federation-worker"]
      dest = "/usr/local/bin/"
    }
    user {
      name = local.runtime_user
    }
    entrypoint {
      command = ["/usr/local/bin/federation-worker"]
    }
  }
}

# The document runs ruvnet/ruvector-postgres:latest, with functions, ports and
# settings that it doesn't have. pgvector has the vector type, HNSW and the
# cosine operators that the schema uses, and its version is fixed.
image "pgvector" {
  pull = "pgvector/pgvector:0.8.0-pg17"
}

image "prometheus" {
  pull = "prom/prometheus:v3.5.0"
}

image "grafana" {
  pull = "grafana/grafana:11.6.0"
}
