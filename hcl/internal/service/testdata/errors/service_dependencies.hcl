system "x" {}

image "i" {
  pull = "debian:12"
}

service "a" {
  image = image.i
  depends_on = {
    b    = "started"
    nope = "started" # ERROR OG021: The manifest doesn't declare the service "nope".
    c    = "healty"  # ERROR OG122: "healty" is not a valid depends_on condition; use "started", "healthy" or "completed".
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
    a = "started" # ERROR OG123: These services depend on each other: service.a needs service.b (main.hcl:10,12-21), service.b needs service.c (main.hcl:19,9-18), service.c needs service.a (main.hcl:27,9-18).
  }
}

service "d" {
  image      = image.i
  depends_on = [service.d] # ERROR OG123: service.d depends on itself. Remove the dependency.
}

service "long_form" {
  image = image.i
  depends_on = {
    long_other = { condition = "healthi" } # ERROR OG122: "healthi" is not a valid depends_on condition
  }
}

service "long_other" {
  image      = image.i
  depends_on = { long_third = { conditoin = "started" } } # ERROR OG122: A dependency is "started"
}

service "long_third" {
  image = image.i
}

service "single" {
  image      = image.i
  depends_on = service.d # ERROR OG028: must be a list of services, such as [service.db], or a map from their names
}
