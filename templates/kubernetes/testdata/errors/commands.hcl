system "shop" {}

image "web" {
  pull = "nginxinc/nginx-unprivileged:1.27.4"
}

service "web" {
  image = image.web

  port "http" {
    container = 8080
  }
}

action "look" {
  run      = <<-EOT
    echo look
    for i in 1 2; do
      if ! timeout 5 docker ps; then exit 1; fi # ERROR OG427: action.look calls docker
    done
  EOT
  validate = "docker ps" # one argument answers for all scripts of a block
}

action "quote" {
  run = "echo 'docker ps' # docker ps"
}

action "both" {
  targets = ["compose", "kubernetes"]
  run     = "docker-compose ps"
}

goal "default" {
  include = [action.look, action.quote, action.both]
}

criterion "answers" {
  http { # ERROR OG428: criterion.answers connects to a port from a pod in the cluster
    service = service.web
    port    = "http"
  }
}

criterion "sees" {
  command {
    run    = "test -n \"$(docker ps -q)\"" # ERROR OG427: criterion.sees calls docker
    status = 0
  }
}
