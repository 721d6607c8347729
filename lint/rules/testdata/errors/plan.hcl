system "plan" {}

image "web" {
  pull = "example.org/web:1.0"
}

service "web" {
  image = image.web
}

state "ready" {
  type    = bool
  initial = false
}

state "coverage" {
  type = number
}

state "unread" {
  type    = bool
  initial = false
}

goal "ready" {
  condition = state.ready && state.coverage > 50
}

action "report" {
  effects = {
    ready    = true
    coverage = above(70) # WARNING OG807: assigns state
  }
  run = "echo done"
}

action "unit_tests" { # WARNING OG808: no plan contains it
  effects  = { unread = true }
  priority = "critical"
  run      = "touch x"
}

benchmark "memory" { # WARNING OG805: has no memory limit
  target  = "< 512MB"
  timeout = "1m"
  run     = "docker stats --no-stream --format '{{.MemUsage}}' ${service.web.instances[0].container_name}"
}
