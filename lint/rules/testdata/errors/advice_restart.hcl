# No service has a restart policy.

system "restart" {} # ADVICE OG843: No service has a restart policy, so Docker doesn't restart them when they exit or after a reboot. Write system { defaults { restart = "unless-stopped" } }, which applies to all services

image "nginx" { pull = "nginx:1.27" }

service "a" {
  image = image.nginx
}

service "b" {
  image = image.nginx
}

# A one-shot needs no policy.
service "c" {
  image   = image.nginx
  oneshot = true
}
