# Steps of images that can't work, in other forms than the cases.

system "steps" {}

locals {
  base = "gcr.io/distroless/cc-debian12"
}

image "nested" {
  stage "base" {
    from = local.base
  }
  stage "run" {
    from = stage.base
    copy {
      src  = ["run"]
      dest = "/usr/bin/nested"
    }
    run { command = "chmod +x /usr/bin/nested" } # ERROR OG890: no /bin/sh and no step above copies one. Do it in a stage that has a shell
    user { name = "65532" }
    entrypoint { command = ["/usr/bin/nested"] }
  }
}

image "bash" {
  stage "run" {
    from = "alpine:3.20"
    shell { command = ["/bin/bash", "-c"] }
    run { command = "echo hello" } # ERROR OG890: alpine:3.20 has no /bin/bash
    user { name = "10001" }
    cmd { command = ["sleep", "infinity"] }
  }
}

image "declared" {
  stage "run" {
    from = image.parent
    packages { apk = ["curl"] } # ERROR OG891: The packages are installed as user 10001, which apk may not do
    user { name = "10001" }
  }
}

image "parent" {
  tag = "parent:1"
  stage "run" {
    from = "alpine:3.20"
    user { name = "10001:10001" }
  }
}

image "jenkins" {
  stage "run" {
    from = "jenkins/jenkins:2.492.1-lts"
    run { command = "apt-get update && apt-get install -y docker-cli" } # ERROR OG891: runs as user jenkins
  }
}

image "chown" {
  stage "run" {
    from = "python:3.12-slim"
    user { name = "app" }
    run { command = "mkdir -p /tmp/x && chown -R root:root /tmp/x" } # ERROR OG891: `chown root:root` runs as user app
    user { name = "10001" }
  }
}

image "named" {
  stage "run" {
    from = "python:3.12-slim"
    run { command = "useradd --system --uid 10001 worker" }
    user { name = "wroker" } # ERROR OG892: The user of the image belongs to "wroker", but the user that a step creates is "worker"
  }
}

image "scratch" {
  stage "run" {
    from = "scratch"
    copy {
      src  = ["bin/server"]
      dest = "/server"
    }
    user { name = "nobody" } # ERROR OG892: scratch has no such user
    entrypoint { command = ["/sever"] } # WARNING OG894: The entrypoint of image.scratch starts /sever, but a step copies a file to /server
  }
}

image "pip" {
  stage "run" {
    from = "ubuntu:24.04"
    run { command = "apt-get update && apt-get install -y python3-pip" }
    run { command = "python3 -m pip install gunicorn" } # ERROR OG893: the Python of ubuntu:24.04 is managed
    user { name = "10001" }
  }
}

image "alpine_pip" {
  stage "run" {
    from = "alpine:3.21"
    packages { apk = ["python3", "py3-pip"] }
    run { command = "pip3 install --no-cache-dir ansible" } # ERROR OG893: the Python of alpine:3.21 is managed
    user { name = "10001" }
  }
}

image "unfound" {
  stage "build" {
    from = "rust:1.82-slim"
    workdir { path = "/work" }
    copy {
      src  = ["."]
      dest = "."
    }
    run { command = "gcc -O2 -o bin/tool tool.c" }
  }
  stage "run" {
    from = "debian:13.1-slim"
    workdir { path = "/srv/app" }
    copy {
      from = stage.build
      src  = ["bin/tool"] # WARNING OG895: The step copies /bin/tool from stage.build, but that stage writes /work/bin/tool
      dest = "./tool"
    }
    user { name = "10001" }
    cmd { command = ["tool", "--serve"] } # WARNING OG894: is looked up in the folders of PATH, but a step copies it to /srv/app/tool
  }
}

image "ignored" {
  ignore = ["config/**", "!config/app.yml", "*.env"]
  stage "run" {
    from = "debian:13.1-slim"
    copy {
      src  = ["config/app.yml", "config/db.yml"] # ERROR OG896: copies "config/db.yml"
      dest = "/etc/app/"
    }
    user { name = "10001" }
    entrypoint { command = ["--config=/etc/app/app.yml"] } # WARNING OG894: The entrypoint of image.ignored begins with "--config
  }
}

service "nested" { image = image.nested }
service "bash" { image = image.bash }
service "declared" { image = image.declared }
service "jenkins" { image = image.jenkins }
service "chown" { image = image.chown }
service "named" { image = image.named }
service "scratch" {
  image = image.scratch
  healthcheck {
    command = ["/usr/bin/health", "check"] # WARNING OG894: The healthcheck of service.scratch starts /usr/bin/health, but scratch contains no such program
  }
}
service "pip" { image = image.pip }
service "alpine_pip" { image = image.alpine_pip }
service "unfound" { image = image.unfound }
service "ignored" { image = image.ignored }
