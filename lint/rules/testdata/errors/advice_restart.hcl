# No service says what follows when it ends.

system "restart" {} # ADVICE OG843: No service says what follows when it ends, so that Docker leaves it ended, and doesn't start it after the machine does. Write system { defaults { restart = "unless-stopped" } }, which holds for all services

image "nginx" { pull = "nginx:1.27" }

service "a" {
  image = image.nginx
}

service "b" {
  image = image.nginx
}

# A one-shot ends by itself.
service "c" {
  image   = image.nginx
  oneshot = true
}
