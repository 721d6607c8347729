# A registry for the images of a team, and its daily clean-up.
system "registry" {}

volume "images" {}

image "registry" {
  pull = "registry:2.8.3"
}

service "registry" {
  image   = image.registry
  restart = "always"
  env     = { REGISTRY_STORAGE_DELETE_ENABLED = true }
  port "http" {
    container = 5000
    host      = 5000
  }
  mount "/var/lib/registry" {
    volume = volume.images
  }
}

action "collect" {
  title        = "Remove layers that nothing refers to"
  precondition = service.registry.started
  run          = "docker compose exec -T ${service.registry.name} registry garbage-collect /etc/docker/registry/config.yml"
  effects      = { collected = true }
}

state "collected" {
  type    = bool
  initial = false
}

goal "running" {
  default   = true
  condition = service.registry.started
}

goal "clean" {
  condition = state.collected
}
