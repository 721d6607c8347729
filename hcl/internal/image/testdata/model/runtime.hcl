# What is known of images: stated in runtime blocks, or following from stages.
system "s" {
  version     = "1"
  description = "words"
  source      = "https://example.org"
}

image "user" {
  pull = "example/user:1"
  runtime {
    user      = "10:20"
    init      = true
    read_only = true
    volumes   = ["/data", "/more"]
    ports     = [80, 443]
    shell     = "sh"
    tools     = ["curl", "wget"]
  }
}
image "named" {
  pull = "example/named:1"
  runtime {
    user  = "app:users"
    init  = false
    shell = ""
  }
}
image "root" {
  pull = "example/root:1"
  runtime {
    capabilities = ["SETUID", "CAP_CHOWN"]
  }
}
image "becomes" {
  pull = "example/becomes:1"
  runtime {
    user           = "10"
    starts_as_root = true
    capabilities   = []
  }
}
image "rooted" {
  pull = "example/rooted:1"
  runtime {
    user = "root"
  }
}
image "built" {
  stage "base" {
    from = "nginx:1.27.5"
    entrypoint {
      command = ["/bin/app", "serve"]
    }
    volume {
      paths = ["/srv/data"]
    }
  }
  stage "final" {
    from = stage.base
    stopsignal {
      signal = "SIGUSR1"
    }
    user {
      name = "1000:1000"
    }
    cmd {
      command = ["--fast"]
    }
  }
}
image "shelled" {
  stage "only" {
    from = image.built
    user {
      name = "root"
    }
    entrypoint {
      command = "exec /bin/app"
    }
  }
}
image "tini" {
  stage "only" {
    from = "nginx:1.27.5"
    entrypoint {
      command = ["/sbin/tini", "--", "/bin/app"]
    }
  }
}
image "cmd" {
  stage "only" {
    from = "debian:12"
    cmd {
      command = ["/bin/app"]
    }
  }
}
image "target" {
  target = "first"
  stage "first" {
    from = "nginx:1.27.5"
    entrypoint {
      command = ["/bin/first"]
    }
  }
  stage "second" {
    from = "nginx:1.27.5"
    entrypoint {
      command = ["/bin/second"]
    }
  }
}
image "unknown" {
  stage "only" {
    from = "nginx:1.27.5"
    run {
      command = "setcap cap_net_bind_service=+ep /bin/app"
    }
    entrypoint {
      command = ["/bin/app"]
    }
  }
}
