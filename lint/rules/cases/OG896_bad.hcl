system "shop" {}

image "web" {
  ignore = ["dist", "*.md"]
  stage "run" {
    from = "nginxinc/nginx-unprivileged:1.27"
    copy {
      src  = ["dist"]
      dest = "/usr/share/nginx/html"
    }
  }
}

service "web" {
  image = image.web
}
