# An example whose plan is not a topological sort.
#
# A release needs three images, the debug symbols of the binary in them, and a
# clean workspace. There are three ways to get each image, and one action undoes
# the effects of another. The cheapest plan:
#
#   clean            1   the build requires a clean workspace
#   build_binary     4   … and fills it
#   archive_symbols  1   needs the binary
#   clean            1   again: it deletes the binary, so it must come last
#   fetch_bundle     5   has no use by itself
#   load (3 times)   3   … but makes each image cost 1
#                   15
#
# Choosing the cheapest useful action at each step would pull all three images (1
# to log in, 4 each), because the bundle is more expensive than any single image,
# and cost 20. Choosing the actions first and sorting them by their needs would run
# `clean` once, before the build, and end with a full workspace, so it would not
# reach the goal.
#
# Try --var 'apps=["api", "worker"]': for two images the bundle doesn't pay off,
# and building them while the binary exists is cheapest. The same holds for one
# image; with four, the bundle saves even more.

system "alternatives" {
  version     = "1.0.0"
  description = "Several ways to the same release, and the cheapest of them"

  # Defaults for every service.
  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

variable "apps" {
  type        = list(string)
  default     = ["api", "web", "worker"]
  description = "Programs of the release: an image and a service each."
}

variable "source" {
  type        = string
  default     = "src"
  description = "Checkout of the source."
}

variable "mirror" {
  type        = string
  default     = "registry.example.org/release"
  description = "Registry with the released images and their bundle."
}

locals {
  bundle = ".omegagen/bundle"
  source = image.app[var.apps[0]].context # as seen from the kit's folder
}

image "app" {
  for_each = toset(var.apps)
  tag      = "alternatives-${each.key}:1.0.0"
  context  = var.source

  stage "runtime" {
    from = "debian:bookworm-slim"

    copy {
      src  = ["out/server"]
      dest = "/usr/local/bin/"
    }
    user {
      name = "10001:10001"
    }
    entrypoint {
      command = ["/usr/local/bin/server", each.key]
    }
  }
}

service "app" {
  for_each = toset(var.apps)
  image    = image.app[each.key]

  resources {
    memory = "64MB"
  }
}

# --- States -------------------------------------------------------------------

state "workspace_clean" {
  type        = bool
  initial     = false
  description = "Nothing is left of an earlier build."
}

state "binary_built" {
  type        = bool
  initial     = false
  description = "The binary is in the workspace."
}

state "symbols_archived" {
  type        = bool
  initial     = false
  description = "The binary's debug symbols are kept."
}

state "logged_in" {
  type        = bool
  initial     = false
  description = "Docker is logged in to the mirror."
}

state "bundle_fetched" {
  type        = bool
  initial     = false
  description = "The bundle with all images is on this machine."
}

goal "released" {
  title   = "Images, symbols, and a clean workspace"
  default = true
  condition = (
    alltrue([for app in var.apps : image.app[app].ready]) &&
    state.symbols_archived &&
    state.workspace_clean
  )
}

goal "running" {
  title     = "Released, and started"
  condition = goal.released && alltrue([for app in var.apps : service.app[app].started])
}

# --- The binary, and what undoes it -------------------------------------------

action "clean" {
  title = "Clean the workspace"
  effects = {
    workspace_clean = true
    binary_built    = false
  }
  cost     = 1
  duration = "5s"
  tools    = ["make"]
  run      = "make -C ${local.source} clean"
  validate = "test ! -e ${local.source}/out"
}

action "build_binary" {
  title        = "Build the binary"
  precondition = state.workspace_clean
  effects = {
    workspace_clean = false
    binary_built    = true
  }
  cost     = 4
  duration = "4m"
  tools    = ["make"]
  run      = "make -C ${local.source} out/server"
  validate = "test -x ${local.source}/out/server"
}

action "archive_symbols" {
  title        = "Archive the debug symbols"
  precondition = state.binary_built
  effects      = { symbols_archived = true }
  cost         = 1
  duration     = "20s"
  tools        = ["objcopy"]
  run          = "objcopy --only-keep-debug ${local.source}/out/server .omegagen/server.debug"
  validate     = "test -s .omegagen/server.debug"
}

# --- Three ways to an image ---------------------------------------------------
# Each lists the image's fact in `achieves`, so it replaces the action that omegagen
# would generate for it. The planner chooses.

# Cheap while the binary exists, expensive if it must be built for this.
action "build_image" {
  for_each     = toset(var.apps)
  title        = "Build the image of ${each.key}"
  precondition = state.binary_built
  achieves     = [image.app[each.key].ready]
  cost         = 3
  duration     = "1m"
  tools        = ["docker >= 23"]
  run          = "docker build -f Dockerfile.app-${each.key} -t ${image.app[each.key].tag} ${image.app[each.key].context}"
  validate     = "docker image inspect ${image.app[each.key].tag} > /dev/null"
}

# It uses the credentials that docker has stored, because a step has no terminal to
# ask for a password. Run docker login once by hand.
action "log_in" {
  title    = "Log in to the mirror"
  effects  = { logged_in = true }
  cost     = 1
  duration = "5s"
  tools    = ["docker >= 23"]
  run      = "docker login ${var.mirror}"
}

action "pull_image" {
  for_each     = toset(var.apps)
  title        = "Pull the image of ${each.key}"
  precondition = state.logged_in
  achieves     = [image.app[each.key].ready]
  cost         = 4
  cost_note    = "network-dependent"
  duration     = "2m"
  tools        = ["docker >= 23"]
  run          = <<-EOT
    docker pull ${var.mirror}/${image.app[each.key].tag}
    docker image tag ${var.mirror}/${image.app[each.key].tag} ${image.app[each.key].tag}
  EOT
  validate     = "docker image inspect ${image.app[each.key].tag} > /dev/null"
}

action "fetch_bundle" {
  title     = "Fetch the bundle of all images"
  effects   = { bundle_fetched = true }
  cost      = 5
  cost_note = "large, but fetched once"
  duration  = "3m"
  tools     = ["curl"]
  timeout   = "30m"
  run       = <<-EOT
    mkdir -p ${local.bundle}
    curl -fsSL -o ${local.bundle}/images.tar.new https://${var.mirror}/images.tar
    mv ${local.bundle}/images.tar.new ${local.bundle}/images.tar
  EOT
  validate  = "tar -tf ${local.bundle}/images.tar > /dev/null"
}

action "load_image" {
  for_each     = toset(var.apps)
  title        = "Load the image of ${each.key} from the bundle"
  precondition = state.bundle_fetched
  achieves     = [image.app[each.key].ready]
  cost         = 1
  duration     = "20s"
  tools        = ["docker >= 23"]
  run          = <<-EOT
    tar -xf ${local.bundle}/images.tar -C ${local.bundle} ${each.key}.tar
    docker load --input ${local.bundle}/${each.key}.tar
  EOT
  validate     = "docker image inspect ${image.app[each.key].tag} > /dev/null"
}
