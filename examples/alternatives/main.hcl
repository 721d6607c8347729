# Where the order is not a topological sort.
#
# A release wants three images, the debug symbols of the binary that is in them,
# and a workspace without leftovers. Each image can be had in three ways, and
# one action undoes what another has done. The cheapest plan:
#
#   clean            1   the build wants an empty workspace
#   build_binary     4   … and fills it
#   archive_symbols  1   needs the binary
#   clean            1   again: it takes the binary away, so it must come now
#   fetch_bundle     5   pays for nothing by itself
#   load (3 times)   3   … but makes each image cost 1
#                   15
#
# Who takes, step by step, the cheapest action that brings something missing
# pulls all three images (1 to log in, 4 each), since the bundle is dearer than
# any one image, and pays 20. Who picks the actions first and sorts them by what
# they need runs `clean` once, before the build, and ends with a full workspace:
# that is no plan at all.
#
# Try --var 'apps=["api", "worker"]': for two images the bundle no longer pays,
# and building them while the binary is there is cheapest. With one image
# likewise; with four the bundle saves more still.

system "alternatives" {
  version     = "1.0.0"
  description = "Several ways to the same release, and the cheapest of them"

  # For every service that doesn't say otherwise.
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
  default     = "../src"
  description = "Checkout of the source, relative to the kit's folder."
}

variable "mirror" {
  type        = string
  default     = "registry.example.org/release"
  description = "Where released images and their bundle are."
}

locals {
  bundle = ".omegagen/bundle"
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

# --- What is known ------------------------------------------------------------

state "workspace_clean" {
  type        = bool
  initial     = false
  description = "Nothing is left of an earlier build."
}

state "binary_built" {
  type        = bool
  initial     = false
  description = "The binary lies in the workspace."
}

state "symbols_archived" {
  type        = bool
  initial     = false
  description = "The binary's debug symbols are kept."
}

state "logged_in" {
  type        = bool
  initial     = false
  description = "The mirror knows us."
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
  run      = "make -C ${var.source} clean"
  validate = "test ! -e ${var.source}/out"
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
  run      = "make -C ${var.source} out/server"
  validate = "test -x ${var.source}/out/server"
}

action "archive_symbols" {
  title        = "Archive the debug symbols"
  precondition = state.binary_built
  effects      = { symbols_archived = true }
  cost         = 1
  duration     = "20s"
  tools        = ["objcopy"]
  run          = "objcopy --only-keep-debug ${var.source}/out/server .omegagen/server.debug"
  validate     = "test -s .omegagen/server.debug"
}

# --- Three ways to an image ---------------------------------------------------
# Each lists the image's fact in `achieves`, so it takes the place of the action
# that omegagen would have made for it. The planner chooses.

# Cheap while the binary is there, dear when it has to be made for this.
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

# It takes the credentials that docker has stored: a step has no terminal to ask
# for a password on. Run docker login once by hand.
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
