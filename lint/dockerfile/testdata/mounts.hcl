# Mounts of RUN instructions, and whether the image's build gets what they need.
# BuildKit's own parser reads the files.
system "mounts" {}

secret "npmrc" { from = "generated" }

secret "tls-key" {}

secret "several" {
  from = "generated"
  for_each = toset(["a", "b"])
}

image "base" {
  tag = "base"
  stage "b" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}

image "given" {
  secrets             = [secret.npmrc, secret.several]
  ssh                 = ["default", "deploy=/run/agent.sock"]
  network             = "host"
  additional_contexts = { docs = "../docs", assets = image.base }
  stage "One" {
    from = "debian:12"
    packages {
      apt = ["curl"]
    }
  }
  stage "two" {
    from = "docs"
    copy {
      from = "assets"
      src  = "/a"
      dest = "/b"
    }
    run {
      command = "x"
      network = "host"
      mounts = [
        "type=secret,id=npmrc,target=/root/.npmrc,required=true", "type=secret,source=several-a", "type=secret,target=/x/several-b", "type=secret,id=npmrc,env=TOKEN",
        "type=ssh", "type=ssh,id=deploy,required", "type=secret,id=perhaps,required=false", "type=ssh,id=perhaps,Required=false",
        "type=bind,from=one,target=/o", "from=docs,target=/d", "type=cache,from=assets,target=/c", "type=bind,from=base,target=/e",
        "type=bind,from=debian:12,target=/f", "type=bind,from=example.org/x,target=/g", "type=bind,target=/h", "type=tmpfs,target=/i",
      ]
    }
    run {
      command = "x"
      mounts  = ["type=secret,id=tls-key,required=true"] # ERROR OG464: secrets = [secret.tls-key] in the image block
    }
    run {
      command = "x"
      mounts  = ["type=ssh,id=github"] # ERROR OG464: ssh = ["github=PATH"]
    }
    run {
      command = "x"
      mounts  = ["type=secret,id=npmrcs"] # ERROR OG464: The build is given npmrc, several-a, several-b: use one of them as id=
    }
    run { # ERROR OG463: stage needs to be defined before
      command = "x"
      mounts  = ["type=bind,from=Three,target=/x"]
    }
    run {
      command = "x"
      mounts  = ["type=bind,from=dosc,target=/x"] # WARNING OG465: not a stage or additional context of image.given
    }
    user {
      name = "10001"
    }
  }
  stage "three" {
    from = "debian:12"
    user {
      name = "10001"
    }
  }
}

image "nothing" {
  stage "run" {
    from = "debian:12"
    run {
      command = "npm ci"
      mounts  = ["type=secret,id=npmrc,target=/root/.npmrc", "type=ssh"] # ERROR OG464: Write secrets = [secret.npmrc] in the image block # ERROR OG464: Write ssh = ["default"] in the image block
    }
    run {
      command = "x"
      mounts  = ["type=secret,id=token"] # ERROR OG464: Declare secret "token" and write secrets = [secret.token] in the image block
    }
    run {
      command = "x"
      mounts  = ["type=secret,target=/root/.npmrc"] # ERROR OG464: Write id=NAME
    }
    run {
      command = "x"
      mounts  = ["type=secret,id=.npmrc"] # ERROR OG464: Write id=NAME
    }
    run {
      command = "x"
      network = "host" # ERROR OG466: Write network = "host" in the image block too
    }
    user {
      name = "10001"
    }
  }
}
