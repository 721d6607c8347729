system "sidecars" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "app" {
  pull = "example.org/app:1"
}

image "fluent-bit" {
  pull = "fluent/fluent-bit:3"
}

image "pause" {
  pull = "registry.k8s.io/pause:3.9"
}

service "app" {
  image        = image.app
  depends_on   = { pod = "started" }
  ipc          = "service:pod"
  network_mode = "service:pod"
  pid          = "service:pod"
}

service "logs" {
  image        = image.fluent-bit
  network_mode = "none"
  volumes_from = ["app:ro"]
}

service "pod" {
  image = image.pause
  ipc   = "shareable"

  port "https" {
    container = 8443
    host      = 8443
  }
}
