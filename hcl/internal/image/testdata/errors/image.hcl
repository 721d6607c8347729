system "images" {}

image "none" { # ERROR OG470: The image "none" has none of pull, stages and dockerfile.
}

image "both" { # ERROR OG470: pull and stage
  pull = "debian:12"
  stage "a" {
    from = "debian:12"
  }
}

image "pulled" {
  pull     = "debian:12"
  context  = "."  # ERROR OG471: "context" has no effect for the image "pulled": it is pulled. Remove it.
  max_size = "1MB" # ERROR OG471: it is pulled
}

image "theirs" {
  dockerfile = "Dockerfile"
  ignore     = ["a"] # ERROR OG471: ignore file
}

image "name" {
  pull = "Debian:12" # ERROR OG472: lower-case
}

image "latest" {
  pull = "debian:latest" # WARNING OG475: "debian:latest" has the mutable tag latest, which may point to a different image later.
}

image "untagged" {
  pull = "example.org:5000/debian" # WARNING OG475: no tag
}

image "digest" {
  tag        = "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" # ERROR OG472: "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" contains a digest, which is known only after the build.
  dockerfile = "Dockerfile"
}

image "target" {
  target = "b" # ERROR OG473: The image "target" has no stage "b". Its stages are: "a".
  stage "a" {
    from = "debian:12"
  }
}

image "one" {
  tag        = "same"
  dockerfile = "Dockerfile"
}

image "two" {
  tag        = "same:latest" # ERROR OG474: image.one
  dockerfile = "Dockerfile"
}

image "values" {
  dockerfile = "Dockerfile"
  platform   = "amd64" # ERROR OG028: must be a platform
  context    = ""      # ERROR OG028: must not be empty
  cost       = -1      # ERROR OG028: must not be negative
}

image "healthcheck" {
  healthcheck { # ERROR OG476: move the block there
    command = ["x"]
  }
  stage "a" {
    from = "debian" # WARNING OG475: no tag
    healthcheck { # ERROR OG476: move the block there
      shell = "x"
    }
  }
}

image "steps" {
  stage "a" {
    from = "scratch"
    packages { # ERROR OG477: The block lists no packages. Write one of apk, apt, dnf, npm, pip, as in `apt = ["curl"]`.
    }
    packages {
      apt = [] # ERROR OG028: at least one package
    }
    workdir {
      path = "" # ERROR OG028: must not be empty
    }
    copy {
      src  = ["a", "b"]
      dest = "c" # ERROR OG477: doesn't end with a slash
    }
    copy {
      src  = "../a" # ERROR OG477: "../a" is outside the build context. Choose a context that contains it.
      dest = "c"
    }
    expose {
      ports = ["http"] # ERROR OG477: "http" is not a valid port. Write 8080, or "53/udp".
    }
    run {
      command = "" # ERROR OG028: must not be empty
    }
    onbuild { # ERROR OG477: The block contains no step. Add one, as in `run { command = "make" }`.
    }
  }
  stage "b" {
    from = stage.bogus # ERROR OG022: bogus
    copy {
      from = "a" # ERROR OG472: Write stage.a
      src  = "/x"
      dest = "/y"
    }
    copy {
      from = image.target.stage.a # ERROR OG477: another image
      src  = "/x"
      dest = "/y"
    }
    copy {
      src  = "a"
      dset = "b" # ERROR OG011: dest
    }
  }
}

image "cycle_a" { # ERROR OG478: image.cycle_a needs image.cycle_b needs image.cycle_a
  stage "a" {
    from = image.cycle_b
  }
}

image "cycle_b" {
  stage "a" {
    from = "debian:12"
    copy {
      from = image.cycle_a
      src  = "/x"
      dest = "/y"
    }
  }
}
