# The programs on this machine, and the images.

milestone "compilation" {
  title = "Compilation"
  goal  = "Build the three programs and pass their unit tests"
  order = 30
}

locals {
  binaries = ["constellation-server", "federation-worker", "constellationctl"]
}

state "binaries" {
  type        = set(string)
  initial     = []
  description = "Programs in the folder bin of the sources."
}

state "programs_built" {
  description = "All three programs are built."
  derived     = alltrue([for name in local.binaries : contains(state.binaries, name)])
}

state "unit_tests_passing" {
  type        = bool
  initial     = false
  description = "The unit tests have passed."
}

action "build" {
  for_each = toset(local.binaries)

  title        = "Build ${each.key}"
  targets      = ["compose"]
  milestone    = milestone.compilation
  precondition = state.modules_vendored
  effects      = { binaries = setunion(state.binaries, [each.key]) }
  cost         = 3
  duration     = "20s"
  priority     = "high"
  workdir      = local.source
  tools        = ["go >= 1.24"]
  uses         = { compiler = 1 }
  run          = "rm -f bin/${each.key} && ${local.go_build} -o bin/${each.key} ./cmd/${each.key}"
  validate     = "test -x bin/${each.key}"
}

action "run_unit_tests" {
  title        = "Run the unit tests"
  targets      = ["compose"]
  milestone    = milestone.compilation
  precondition = state.modules_vendored
  effects      = { unit_tests_passing = true }
  cost         = 3
  duration     = "20s"
  workdir      = local.source
  tools        = ["go >= 1.24"]
  uses         = { compiler = 1 }
  run          = "CGO_ENABLED=0 go test -mod=vendor -trimpath ./..."
}

milestone "images" {
  title = "Images"
  goal  = "Build the images of the servers from the generated Dockerfiles"
  order = 40
}

state "images_valid" {
  type        = bool
  initial     = false
  description = "Both images are small and labelled, don't run as root, and have a healthcheck."
}

state "images_tidy" {
  type        = bool
  initial     = false
  description = "Builds that newer ones have replaced are removed."
}

action "build_image" {
  for_each = {
    constellation = image.constellation
    federation    = image.federation
  }

  title        = "Build image ${each.key}"
  targets      = ["compose"]
  milestone    = milestone.images
  precondition = state.docker_ready && state.disk_ready && state.modules_vendored && image.debian.ready && image.golang.ready
  achieves     = [each.value.ready]
  cost         = 5
  duration     = "60s"
  priority     = "critical"
  timeout      = "20m"
  tools        = ["docker >= 25"]
  uses         = { compiler = 1 }
  run          = "docker build --progress plain -f Dockerfile.${each.key} -t ${each.value.tag} ${each.value.context}"
  validate     = "docker image inspect ${each.value.tag} > /dev/null"
  rollback     = "docker image rm ${each.value.tag}"
}

action "verify_images" {
  title        = "Verify the images"
  targets      = ["compose"]
  milestone    = milestone.images
  precondition = image.constellation.ready && image.federation.ready
  effects      = { images_valid = true }
  cost         = 1
  duration     = "2s"
  tools        = ["docker >= 25"]
  run          = "docker image inspect --format '{{join .RepoTags \" \"}} {{.Size}} bytes, user {{.Config.User}}' ${image.constellation.tag} ${image.federation.tag}"
  validate     = <<-EOT
    for image in ${image.constellation.tag} ${image.federation.tag}; do
      test "$(docker image inspect --format '{{.Size}}' "$image")" -lt ${local.max_bytes}
      test "$(docker image inspect --format '{{.Config.User}}' "$image")" = ${local.app_user}
      test "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "$image")" = ${local.version}
      test "$(docker image inspect --format '{{index .Config.Healthcheck.Test 2}}' "$image")" = health
    done
  EOT
}

action "prune_images" {
  title        = "Prune replaced images"
  targets      = ["compose"]
  milestone    = milestone.images
  precondition = state.images_valid
  effects      = { images_tidy = true }
  cost         = 1
  duration     = "1s"
  priority     = "low"
  tools        = ["docker >= 25"]
  run          = "docker image prune --force --filter 'label=org.opencontainers.image.source=https://github.com/omegagen/omegagen' --filter 'label=org.opencontainers.image.version=${local.version}'"
  validate     = "docker image inspect ${image.constellation.tag} ${image.federation.tag} > /dev/null"
}
