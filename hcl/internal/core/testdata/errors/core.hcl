system "_" {             # ERROR OG100: "_" contains nothing that is valid in a Compose project name, which starts with a letter or digit.
  source   = "not a url" # ERROR OG101: "not a url" is not a valid URL. Use one such as https://example.org/repository.
  compose  = "x"         # ERROR OG028: map of top-level
  releases = 0           # ERROR OG028: must be 1 or more
}

network "a" {
  name = "shared"
}

network "b" { # ERROR OG104: network.a
  name = "shared"
}

network "c" {
  external = true
  driver   = "bridge" # ERROR OG105: network.c is external, so it is created elsewhere and "driver" can't be set here.
}

volume "data" {
  drivr = "local" # ERROR OG011: Did you mean "driver"?
}

secret "db_password" { # ERROR OG103: DB_PASSWORD
  length = 4           # ERROR OG102: too weak
}

secret "path" { # ERROR OG107: path_secret
}

secret "db-password" {
  cost = -1 # ERROR OG106: negative
}

secret "long" {
  length = 5000 # ERROR OG102: too long
}

secret "mismatched" {
  from   = "file"
  length = 32 # ERROR OG109: `length` belongs to from = "generated", and secret.mismatched is from = "file". Remove one of the two, or set from = "generated".
}

secret "unsaid" {
  file = "key.pem" # ERROR OG109: `file` belongs to from = "file", and secret.unsaid is generated, since it has no `from`. Remove one of the two, or set from = "file".
}

secret "pathless" {
  from = "file" # ERROR OG109: secret.pathless is from "file", but there is no `file`. Add file = "PATH".
}

secret "idle" {
  from = "command" # ERROR OG109: Add command = ["PROGRAM", "ARGUMENT"].
}

secret "nothing" {
  from    = "command"
  command = [] # ERROR OG028: must be a program with its arguments
}

secret "folder" {
  from = "file"
  file = "keys/" # ERROR OG028: must be the path of a file
}

secret "reserved" {
  from = "env"
  env  = "PATH" # ERROR OG028: must be the name of a variable that the shell and other programs leave alone
}

secret "two-words" {
  from = "env"
  env  = "A B" # ERROR OG028: must be the name of a variable
}

secret "unknown" {
  from = "vault" # ERROR OG028: vault
}
