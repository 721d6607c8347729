system "_" { # ERROR OG100: Nothing of
  source  = "not a url" # ERROR OG101: no URL
  compose = "x"         # ERROR OG028: map of top-level
}

network "a" {
  name = "shared"
}

network "b" { # ERROR OG104: network.a
  name = "shared"
}

network "c" {
  external = true
  driver   = "bridge" # ERROR OG105: made elsewhere
}

volume "data" {
  drivr = "local" # ERROR OG011: Did you mean "driver"?
}

secret "db_password" { # ERROR OG103: DB_PASSWORD
  length = 4 # ERROR OG102: too weak
}

secret "path" { # ERROR OG107: path_secret
}

secret "db-password" {
  cost = -1 # ERROR OG106: negative
}

secret "long" {
  length = 5000 # ERROR OG102: too long
}
