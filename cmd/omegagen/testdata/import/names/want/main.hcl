system "odd-names" {}

image "api" {
  pull = "example.org/api@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

image "nginx" {
  pull = "nginx"
}

service "api_v2" {
  image       = image.api
  annotations = { "com.example.a" = "1" }
  attach      = false
}

service "web_front" {
  image          = image.nginx
  container_name = "web_front-1"
  hostname       = "front.example.org"
  links          = ["api_v2:api"]

  compose = {
    networks = {
      default = {
        aliases = ["web.front"]
      }
    }
  }
}
