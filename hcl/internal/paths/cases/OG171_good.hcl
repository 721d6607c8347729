system "s" {}
image "web" {
  pull = "nginx:1.29"
}
service "web" {
  image    = image.web
  env_file = ["settings.d/web.env"]
}
