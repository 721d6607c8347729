system "swarm" {}

secret "named" {
  from = "env"
  env  = "WEB_NAMED"
}

secret "plain" {
  from = "file"
  file = "../plain.txt"
}

image "nginx" {
  pull = "nginx:1.27"
}

service "web" {
  image   = image.nginx
  secrets = [secret.plain, secret.named]
}
