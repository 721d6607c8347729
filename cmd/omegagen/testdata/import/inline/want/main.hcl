system "inline" {}

image "inline" {
  tag     = "example.org/inline:1"
  context = "."

  stage "stage_0" {
    from = "alpine:3.20"

    run {
      command = "apk add --no-cache curl"
    }

    copy {
      src  = "run.sh"
      dest = "/run.sh"
    }

    cmd {
      command = ["/run.sh"]
    }
  }
}

image "other" {
  tag        = "inline-other"
  context    = "."
  build_args = { V = "3" }
  labels     = { a = "b" }

  stage "stage_0" {
    from = "alpine:3.20"

    env {
      values = { V = "2" }
    }
  }
}

service "app" {
  image = image.inline
}

service "other" {
  image = image.other
}
