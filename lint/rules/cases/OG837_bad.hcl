system "shop" {}

image "web" {
  tag = "web:1.0"
  stage "runtime" {
    from = "debian:bookworm-slim"
    user {
      name = "10001"
    }
    entrypoint {
      command = ["/web"]
    }
  }
}

service "web" {
  image = image.web
}

action "do" {
  run = "docker tag ${image.web.tag} registry.example.org/web:1.0"
}

goal "done" {
  include = [action.do]
}
