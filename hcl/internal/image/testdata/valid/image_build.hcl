# Every attribute of an image that is about its build.
system "builds" {
  version = "1.0"
}

secret "token" { from = "generated" }

secret "keys" {
  from = "generated"
  for_each = toset(["a", "b"])
}

image "base" {
  pull = "debian:12"
}

image "app" {
  push                = "registry.example.org:5000/team/app"
  secrets             = [secret.token, secret.keys, secret.token]
  ssh                 = ["default=/run/agent.sock", "deploy=keys/deploy"]
  cache_from          = ["registry.example.org:5000/team/app:cache", "type=registry,ref=a:1"]
  network             = "host"
  extra_hosts         = ["mirror:10.0.0.5", "self:host-gateway", "six:::1"]
  shm_size            = "128MB"
  platforms           = ["linux/amd64", "linux/arm64/v8"]
  sbom                = true
  provenance          = false
  additional_contexts = merge({ docs = "../docs", base = image.base, nothing = null }, { "alpine:3.22" = "docker-image://alpine:3.21" })
  stage "a" {
    from = "docs"
    copy {
      from = "base"
      src  = "/a"
      dest = "/b"
    }
  }
}

image "tagged" {
  tag        = "tagged:7"
  push       = "team/tagged"
  dockerfile = "Dockerfile"
}

image "named" {
  tag        = "named"
  push       = "team/named:2"
  dockerfile = "Dockerfile"
}
