system "raw" {}

parameter "a" {
  default = "unset"
}

image "app" {
  pull = "example.org/app"
}

service "app" {
  image = image.app
  env = {
    A      = parameter.a
    DOLLAR = "$HOME"
    EMPTY  = ""
    MULTI  = "line one\nline two"
    NUM    = 8
    T      = true
    YES    = "yes"
  }
  labels     = { k = "v=w", plain = "" }
  env_file   = [{ path = "./a.env" }, { format = "raw", path = "./b.env" }, { path = "./missing.env", required = false }]
  label_file = "./labels.env"
}
