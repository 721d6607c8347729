system "overrides" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "python" {
  pull = "python:3.13-slim"
}

service "app" {
  image       = image.python
  command     = ["python", "-m", "http.server", "8000"]
  env         = { DEBUG = 1 }
  working_dir = "/srv"

  port "http" {
    container = 8000
    host      = 9000
  }

  mount "/srv" {
    bind = "."
  }
}
