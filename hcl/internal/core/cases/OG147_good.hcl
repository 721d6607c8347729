system "s" {
  compose = {
    configs = {
      web = { content = "x" }
    }
  }
}
image "web" {
  pull = "nginx:1.29"
}
service "web" {
  image   = image.web
  configs = [{ source = "web", target = "/etc/web.conf" }]
}
