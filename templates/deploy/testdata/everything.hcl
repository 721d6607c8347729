system "Everything" {
  version = "1.2.3"
}

secret "npmrc" { from = "generated" }
secret "token" { from = "generated" }

image "base" {
  context = "sub"
  stage "b" {
    from = "alpine:3.22"
    user {
      name = "10001"
    }
  }
}

image "app" {
  context    = "../../o'app $x"
  push       = "registry.example.org:5000/team/app"
  tag        = "app:7"
  target     = "run"
  platform   = "linux/amd64"
  secrets    = [secret.token, secret.npmrc]
  ssh        = ["default", "deploy=../keys/$a'b"]
  network    = "none"
  platforms  = ["linux/amd64", "linux/arm64"]
  sbom       = true
  provenance = false
  extra_hosts = ["mirror:10.0.0.5", "six:::1"]
  shm_size   = "128MB"
  cache_from = ["registry.example.org:5000/team/app:cache", "type=registry,ref=app:$c"]
  build_args = { A = "x y$z", B = "" }
  additional_contexts = {
    docs                              = "../docs $x"
    "docker.io/library/alpine:latest" = "docker-image://alpine:3.22"
    base                              = image.base
    home                              = "~/x"
    git                               = "https://example.org/x.git#main"
  }
  stage "one" {
    from = "base"
  }
  stage "run" {
    from = "debian:12"
    run {
      command = "true"
      mounts  = ["type=secret,id=npmrc", "type=secret,id=token,required=true", "type=ssh", "type=ssh,id=deploy", "type=bind,from=docs,target=/d", "type=bind,from=one,target=/o"]
    }
    user {
      name = "10001"
    }
  }
}

image "theirs" {
  dockerfile = "../src/docker/Dockerfile"
  context    = "../src"
  labels     = { vendor = "me $y" }
}

image "remote" {
  dockerfile = "docker/Dockerfile"
  context    = "https://example.org/y.git#v1"
}

image "pulled" {
  pull = "debian:12"
}

service "app" {
  image    = image.app
  replicas = 2
}
service "base" {
  image = image.base
}
service "pulled" {
  image = image.pulled
}
service "remote" {
  image = image.remote
}
service "theirs" {
  image = image.theirs
}
