system "images" {}

image "none" { # ERROR OG470: neither
}

image "both" { # ERROR OG470: pull and stage
  pull = "debian:12"
  stage "a" {
    from = "debian:12"
  }
}

image "pulled" {
  pull     = "debian:12"
  context  = "."  # ERROR OG471: means nothing
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
  pull = "debian:latest" # WARNING OG475: tomorrow
}

image "untagged" {
  pull = "example.org:5000/debian" # WARNING OG475: no tag
}

image "digest" {
  tag        = "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" # ERROR OG472: only the finished image
  dockerfile = "Dockerfile"
}

image "target" {
  target = "b" # ERROR OG473: It has "a"
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
    packages { # ERROR OG477: names no package
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
      src  = "../a" # ERROR OG477: outside of the build context
      dest = "c"
    }
    expose {
      ports = ["http"] # ERROR OG477: is no port
    }
    run {
      command = "" # ERROR OG028: must not be empty
    }
    onbuild { # ERROR OG477: has no step
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

image "circle_a" { # ERROR OG478: image.circle_a needs image.circle_b needs image.circle_a
  stage "a" {
    from = image.circle_b
  }
}

image "circle_b" {
  stage "a" {
    from = "debian:12"
    copy {
      from = image.circle_a
      src  = "/x"
      dest = "/y"
    }
  }
}
