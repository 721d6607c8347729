system "s" {}
image "web" {
  pull = "nginx:1.29"
}
service "web" {
  image = image.web
  mount "/etc/nginx/conf.d" {
    bind      = "conf"
    read_only = true
    copy      = true
  }
}
