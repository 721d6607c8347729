system "builds" {
  version = "1.0"
}

secret "token" {}

variable "hidden" {
  default   = "x"
  sensitive = true
}

image "pulled" {
  pull                = "debian:12"
  push                = "example.org/a"   # ERROR OG471: means nothing
  secrets             = [secret.token]    # ERROR OG471: it is pulled
  ssh                 = ["default"]       # ERROR OG471: it is pulled
  cache_from          = ["a:1"]           # ERROR OG471: it is pulled
  additional_contexts = { docs = "docs" } # ERROR OG471: it is pulled
  network             = "none"            # ERROR OG471: it is pulled
  platforms           = ["linux/arm64"]   # ERROR OG471: it is pulled
  sbom                = true              # ERROR OG471: it is pulled
  provenance          = false             # ERROR OG471: it is pulled
}

image "forms" {
  dockerfile = "Dockerfile"
  push       = "Example.org/A" # ERROR OG472: lower-case
  network    = "bridge"        # ERROR OG028: none
  secrets    = ["token"]       # ERROR OG025: secret.token
  ssh = [
    "",                   # ERROR OG479: names no SSH agent or key
    "github",             # ERROR OG479: Write "github=path"
    "default=",           # ERROR OG479: must have one path
    "two=/a,/b",          # ERROR OG479: must have one path
    "home=~/.ssh/id_rsa", # ERROR OG479: begins with ~
    "default",            # ERROR OG479: is there twice
  ]
  cache_from = [
    "Debian",              # ERROR OG472: lower-case
    "ref=example.org/a:1", # ERROR OG479: of what type
  ]
  platforms = ["arm64"] # ERROR OG479: is no platform
}

image "not_pushed" {
  dockerfile = "Dockerfile"
  platforms  = ["linux/arm64"] # ERROR OG471: push = "registry.example.org/team/not_pushed"
  sbom       = false           # ERROR OG471: to an image that is pushed
  provenance = true            # ERROR OG471: to an image that is pushed
}

image "digest" {
  dockerfile = "Dockerfile"
  push       = "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" # ERROR OG472: only the finished image
}

image "first" {
  dockerfile = "Dockerfile"
  push       = "example.org/team/app"
}

image "second" {
  tag        = "second:1.0"
  dockerfile = "Dockerfile"
  push       = "example.org/team/app" # ERROR OG474: "example.org/team/app:1.0", which image.first
}

image "contexts" {
  dockerfile = "Dockerfile"
  additional_contexts = {
    Docs                                                                        = "docs"                  # ERROR OG479: lower-case
    scratch                                                                     = "docs"                  # ERROR OG479: for itself
    context                                                                     = "docs"                  # ERROR OG479: for itself
    "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" = "docs"                  # ERROR OG479: no place for a digest
    empty                                                                       = ""                      # ERROR OG479: has no place
    nothing                                                                     = "docker-image://"       # ERROR OG479: has no place
    upper                                                                       = "docker-image://Debian" # ERROR OG472: lower-case
    odd                                                                         = "ftp://example.org/a"   # ERROR OG479: no context of the kind "ftp"
    bake                                                                        = "target:first"          # ERROR OG479: Write image.NAME
    compose                                                                     = "service:first"         # ERROR OG479: Write image.NAME
    hidden                                                                      = var.hidden              # ERROR OG032: sensitive
    secret                                                                      = "a/${secret.token}"     # ERROR OG031: secret.token
    wrong                                                                       = secret.token            # ERROR OG025: a reference to an image
    number                                                                      = [1]                     # ERROR OG025: a reference to an image
    missing                                                                     = image.contextz          # ERROR OG021: contexts
  }
}

image "several" {
  for_each   = toset(["a", "b"])
  dockerfile = "Dockerfile"
}

image "of_several" {
  dockerfile          = "Dockerfile"
  additional_contexts = { all = image.several } # ERROR OG479: takes one image, not 2
}

# The image of a context, and one that a mount names, must be ready before.
image "circle_a" { # ERROR OG478: image.circle_a needs image.circle_b needs image.circle_c needs image.circle_a
  dockerfile          = "Dockerfile"
  additional_contexts = { b = image.circle_b }
}

image "circle_b" {
  tag                 = "circle_b"
  dockerfile          = "Dockerfile"
  additional_contexts = { c = "docker-image://circle_c:latest" }
}

image "circle_c" {
  tag = "circle_c"
  stage "a" {
    from = "debian:12"
    run {
      command = "true"
      mounts  = ["type=bind,\"from=builds-circle_a:1.0\",target=/a"]
    }
  }
}
