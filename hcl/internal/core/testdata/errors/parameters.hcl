system "s" {
  version     = parameter.plain # ERROR OG035: The argument "version" depends on parameter.plain
  description = "in ${parameter.plain}" # ERROR OG035: Use a variable
}
parameter "plain" {}
parameter "path" {} # ERROR OG145: the variable PATH
parameter "docker_host" {} # ERROR OG145: DOCKER_HOST
parameter "pass-word" {} # ERROR OG145: secret.pass_word
parameter "a-b" {}
parameter "a_b" {} # ERROR OG145: are both the variable A_B
secret "pass_word" {
  from = "generated"
}
parameter "type" {
  type = "string" # ERROR OG028: without quotes
}
parameter "kind" {
  type = list # ERROR OG028: string, number or bool
}
parameter "bounds" {
  min = 1 # ERROR OG146: is a bound of numbers
}
parameter "turned" {
  type = number
  min  = 3 # ERROR OG146: greater than the largest
  max  = 2
}
parameter "regex" {
  matches = "[a-" # ERROR OG146: is not a POSIX extended regular expression
}
parameter "default" {
  type    = number
  default = "x" # ERROR OG146: must be a number
}
parameter "small" {
  type    = number
  min     = 2.5
  default = 2 # ERROR OG146: must be 2.5 or more
}
parameter "choice" {
  one_of  = ["a", "b$"] # ERROR OG146: must not contain $
}
parameter "secretive" {
  sensitive = true
  default   = "x" # ERROR OG146: would stand in files of the kit
}
parameter "lists" {
  default = ["a"] # ERROR OG146: must be a string
}
locals {
  l = parameter.plain
  f = upper(local.l) # ERROR OG035: The function upper can't read parameter.plain
  c = parameter.plain == "a" ? 1 : 2 # ERROR OG035: An operator can't read
  k = { (parameter.plain) = 1 }
}
image "i" {
  pull = "example/i:${parameter.plain}"
}
service "v" {
  image          = image.i
  container_name = parameter.plain # ERROR OG035: "container_name"
  env            = { A = local.f, B = local.c }
  labels         = { x = local.l }
  profiles       = [for x in ["a"] : "${x}${parameter.plain}"] # ERROR OG035: "profiles"
  port "http" {
    container = 80
    bind      = parameter.plain # ERROR OG035: "bind"
  }
  port "text" {
    container = 81
    host      = parameter.plain # ERROR OG111: parameter.plain is a string, but a port is a number
  }
  port "part" {
    container = 82
    host      = "1${parameter.port}" # ERROR OG035: can be a parameter as a whole
  }
  port "sum" {
    container = 83
    host      = parameter.port + 1 # ERROR OG035: An operator can't read
  }
  port "far" {
    container = 84
    host      = parameter.far # ERROR OG111: The default of parameter.far is not a valid port
  }
  command = ["a", parameter.nowhere] # ERROR OG021: parameter
}
parameter "port" {
  type = number
}
parameter "far" {
  type    = number
  default = 70000
}
image "built" {
  context = "."
  stage "a" {
    from = image.i # ERROR OG472: has a parameter
  }
}
