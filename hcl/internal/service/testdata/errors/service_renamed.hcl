system "x" {}

image "i" {
  pull = "example/unknown:1"
}

service "kept" {
  image    = image.i
  replicas = 2
}

service "a" {
  image        = image.i
  renamed_from = service.kept # ERROR OG137: The manifest still has a service called kept, at main.hcl:7,1-15, so its containers stay.
}

service "b" {
  image        = image.i
  renamed_from = service.kept-2 # ERROR OG137: The manifest still has a service called kept-2
}

service "c" {
  image        = image.i
  renamed_from = service.c # ERROR OG137: service.c is still called c.
}

service "d" {
  image        = image.i
  renamed_from = service.gone
}

service "e" {
  image        = image.i
  renamed_from = service.gone # ERROR OG137: service.d has taken the place of service gone already, at main.hcl:29,18-30. Only one service can.
}

service "f" {
  image        = image.i
  renamed_from = "gone" # ERROR OG137: This isn't the name of a service. Write renamed_from = service.OLD
}

service "g" {
  image        = image.i
  renamed_from = service.former.host # ERROR OG137: This isn't the name of a service.
}

service "h" {
  for_each     = toset(["x", "y"])
  image        = image.i
  renamed_from = service.each[each.key]
}

service "j" {
  for_each     = toset(["x"])
  image        = image.i
  renamed_from = service.each["x"] # ERROR OG137: service.h["x"] has taken the place of service each-x already
}
