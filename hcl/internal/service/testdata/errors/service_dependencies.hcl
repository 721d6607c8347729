system "x" {}

image "i" {
  pull = "debian:12"
}

service "a" {
  image = image.i
  depends_on = {
    b    = "started"
    nope = "started" # ERROR OG021: declares no service "nope"
    c    = "healty"  # ERROR OG122: nothing to wait for
  }
}

service "b" {
  image = image.i
  depends_on = {
    c = "healthy" # ERROR OG122: it has no healthcheck
    d = "completed" # ERROR OG122: isn't a one-shot
  }
}

service "c" {
  image = image.i
  depends_on = {
    a = "started" # ERROR OG123: wait for each other
  }
}

service "d" {
  image      = image.i
  depends_on = [service.d] # ERROR OG123: waits for itself
}
