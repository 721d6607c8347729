# A root without a receiver.
system "s" {}
image "any" {
  pull = "example/any:1"
}
service "am" {
  image = image.any
  healthcheck {
    shell = "true"
  }
}
alertmanager {
  service = service.am
  receiver "team" {}
  route { # ERROR OG508: The root has no receiver
    group_by = ["job"]
  }
}
