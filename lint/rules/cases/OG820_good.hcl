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
  run = "docker build -t ${image.web.tag} ."
}

goal "done" {
  include = [action.do]
}
