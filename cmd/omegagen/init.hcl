# One folder of *.hcl files describes one deployment. `omegagen build` compiles
# it into a kit: docker-compose.yml, deploy.sh, PLAN.md and everything else.

system "my-system" {
  version     = "0.1.0"
  description = "A web server to start with"

  # For every service that doesn't override these.
  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "10m", max-file = "3" }
    }
  }
}

image "web" {
  pull = "nginxinc/nginx-unprivileged:1.27.3-alpine"
}

service "web" {
  image = image.web

  port "http" {
    container = 8080
    host      = 8080 # on 127.0.0.1, unless `bind` is set
  }

  healthcheck {
    interval = "5s"
    timeout  = "3s"
    retries  = 5

    http {
      port = "http"
      path = "/"
    }
  }
}

# deploy.sh checks this after the deployment, until it succeeds.
criterion "answers" {
  title  = "The web server answers"
  within = "30s"

  http {
    service = service.web
    port    = "http"
    path    = "/"
    status  = 200
  }
}
