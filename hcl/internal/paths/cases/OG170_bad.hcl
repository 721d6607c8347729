system "s" {}
image "web" {
  pull = "nginx:1.29"
}
service "web" {
  image = image.web
  mount "/etc/nginx/conf.d" {
    bind      = "missing/conf.d"
    read_only = true
  }
}
