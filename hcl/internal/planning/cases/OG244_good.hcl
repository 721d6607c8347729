system "shop" {}

image "app" {
  pull = "example/app:1"
}

service "web" {
  image = image.app
  healthcheck {
    shell = "test -e /ready"
  }
}

action "test" {
  run          = "sh test.sh"
  precondition = service.web.healthy
}

goal "g" {
  include = [action.test]
}
