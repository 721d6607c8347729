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
  push                = "example.org/a"   # ERROR OG471: "push" has no effect for the image "pulled": it is pulled. Remove it.
  secrets             = [secret.token]    # ERROR OG471: it is pulled
  ssh                 = ["default"]       # ERROR OG471: it is pulled
  cache_from          = ["a:1"]           # ERROR OG471: it is pulled
  additional_contexts = { docs = "docs" } # ERROR OG471: it is pulled
  network             = "none"            # ERROR OG471: it is pulled
  extra_hosts         = ["a:10.0.0.1"]    # ERROR OG471: it is pulled
  shm_size            = "1MB"             # ERROR OG471: it is pulled
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
    "",                   # ERROR OG479: "" is not a valid SSH agent or key. Write "default" for the running agent, or "id=path".
    "github",             # ERROR OG479: Write "github=path"
    "default=",           # ERROR OG479: "default=" must have exactly one path, of a key or of an agent's socket, after the "=".
    "two=/a,/b",          # ERROR OG479: "two=/a,/b" must have exactly one path, of a key or of an agent's socket, after the "=".
    "home=~/.ssh/id_rsa", # ERROR OG479: "~/.ssh/id_rsa" starts with ~, which docker build doesn't expand.
    "default",            # ERROR OG479: The id "default" is used twice. Remove one of the two.
  ]
  cache_from = [
    "Debian",              # ERROR OG472: lower-case
    "ref=example.org/a:1", # ERROR OG479: "ref=example.org/a:1" doesn't specify the type of the cache.
  ]
  extra_hosts = [
    "mirror",   # ERROR OG479: "mirror" is not a name with its address. Write "name:10.0.0.1"
    "mirror:x", # ERROR OG479: is not a name with its address
    ":1.2.3.4", # ERROR OG479: is not a name with its address
  ]
  platforms = ["arm64"] # ERROR OG479: "arm64" is not a valid platform. Use one such as "linux/amd64" or "linux/arm64/v8".
}

image "not_pushed" {
  dockerfile = "Dockerfile"
  platforms  = ["linux/arm64"] # ERROR OG471: push = "registry.example.org/team/not_pushed"
  sbom       = false           # ERROR OG471: "sbom" has an effect only for an image that is pushed.
  provenance = true            # ERROR OG471: "provenance" has an effect only for an image that is pushed.
}

image "digest" {
  dockerfile = "Dockerfile"
  push       = "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" # ERROR OG472: "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" contains a digest, which is known only after the build.
}

image "first" {
  dockerfile = "Dockerfile"
  push       = "example.org/team/app"
}

image "second" {
  tag        = "second:1.0"
  dockerfile = "Dockerfile"
  push       = "example.org/team/app" # ERROR OG474: image.second has the tag "example.org/team/app:1.0", and so does image.first at main.hcl:64,1-14; whichever is built last would run.
}

image "contexts" {
  dockerfile = "Dockerfile"
  additional_contexts = {
    Docs                                                                        = "docs"                  # ERROR OG479: lower-case
    scratch                                                                     = "docs"                  # ERROR OG479: The context name "scratch" is reserved by BuildKit. Choose another one.
    context                                                                     = "docs"                  # ERROR OG479: The context name "context" is reserved by BuildKit. Choose another one.
    "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" = "docs"                  # ERROR OG479: "a@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" is not a valid context name; contexts are named like stages or
    empty                                                                       = ""                      # ERROR OG479: The context "empty" has no source. Use a folder relative to the manifest's folder, a URL, or image.NAME.
    nothing                                                                     = "docker-image://"       # ERROR OG479: The context "nothing" has no source. Use a folder relative to the manifest's folder, a URL, or image.NAME.
    upper                                                                       = "docker-image://Debian" # ERROR OG472: lower-case
    odd                                                                         = "ftp://example.org/a"   # ERROR OG479: Docker doesn't support contexts of the kind "ftp".
    bake                                                                        = "target:first"          # ERROR OG479: Write image.NAME
    compose                                                                     = "service:first"         # ERROR OG479: Write image.NAME
    hidden                                                                      = var.hidden              # ERROR OG032: sensitive
    secret                                                                      = "a/${secret.token}"     # ERROR OG031: secret.token
    wrong                                                                       = secret.token            # ERROR OG025: a reference to an image
    number                                                                      = [1]                     # ERROR OG025: A reference to an image is required here, not a number.
    missing                                                                     = image.contextz          # ERROR OG021: contexts
  }
}

image "several" {
  for_each   = toset(["a", "b"])
  dockerfile = "Dockerfile"
}

image "of_several" {
  dockerfile          = "Dockerfile"
  additional_contexts = { all = image.several } # ERROR OG479: The context "all" requires exactly one image, not 2. Name one instance, as in image.NAME["key"].
}

# The image of a context, and one that a mount names, must be ready before.
image "cycle_a" { # ERROR OG478: image.cycle_a needs image.cycle_b needs image.cycle_c needs image.cycle_a
  dockerfile          = "Dockerfile"
  additional_contexts = { b = image.cycle_b }
}

image "cycle_b" {
  tag                 = "cycle_b"
  dockerfile          = "Dockerfile"
  additional_contexts = { c = "docker-image://cycle_c:latest" }
}

image "cycle_c" {
  tag = "cycle_c"
  stage "a" {
    from = "debian:12"
    run {
      command = "true"
      mounts  = ["type=bind,\"from=builds-cycle_a:1.0\",target=/a"]
    }
  }
}
