# Images whose builds are given all that the engine's builder takes.
system "omegagen-e2e-builds" {
  version = "1.0"
}

secret "npmrc" {
  from = "generated"
}

image "lower" {
  context = "../.."
  stage "lower" {
    from = "debian:13.1-slim"
    copy {
      src  = ["docs"]
      dest = "/docs/"
    }
    user {
      name = "10001"
    }
  }
}

image "app" {
  context    = "../.."
  push       = "registry.invalid/omegagen-e2e/app"
  target     = "run"
  secrets    = [secret.npmrc]
  ssh        = ["deploy=../../key"]
  network    = "none"
  build_args = { GREETING = "it's $HOME" }
  cache_from = ["registry.invalid/omegagen-e2e/app:1.0"]
  additional_contexts = {
    docs  = "../../docs"
    lower = image.lower
  }
  stage "one" {
    from = "lower"
  }
  stage "run" {
    from = "debian:13.1-slim"
    arg {
      name = "GREETING"
    }
    copy {
      src  = ["app"]
      dest = "/app/"
    }
    copy {
      from = "docs"
      src  = ["d.txt"]
      dest = "/d.txt"
    }
    run {
      command = "cat /lower/docs/d.txt /d.txt >/all && wc -c </run/secrets/npmrc >/length && test -S \"$SSH_AUTH_SOCK\" && echo \"$GREETING\" >/greeting && ! ls -A /sys/class/net | grep -v lo"
      mounts  = ["type=secret,id=npmrc,required=true", "type=ssh,id=deploy,required=true", "type=bind,from=one,target=/lower"]
    }
    user {
      name = "10001"
    }
    cmd {
      command = ["sleep", "600"]
    }
  }
}

image "theirs" {
  context    = "../../app"
  dockerfile = "../../app/Dockerfile"
  labels     = { vendor = "they" }
}

service "app" {
  image = image.app
}
service "theirs" {
  image = image.theirs
}
