system "gpu" {
  defaults {
    bind = "0.0.0.0"
  }
}

volume "ollama" {
  external = true
}

image "ollama" {
  pull = "ollama/ollama"
}

image "open-webui" {
  pull = "ghcr.io/open-webui/open-webui:main"
}

service "ollama" {
  image    = image.ollama
  env      = { NVIDIA_VISIBLE_DEVICES = "all", OLLAMA_KEEP_ALIVE = "24h" }
  ipc      = "host"
  runtime  = "nvidia"
  shm_size = "8g"

  mount "/root/.ollama" {
    volume = volume.ollama
  }

  deploy = {
    resources = {
      reservations = {
        devices = [{
          capabilities = ["gpu"]
          count        = -1
          driver       = "nvidia"
        }]
      }
    }
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "webui" {
  image = image.open-webui
  env = {
    OLLAMA_BASE_URL  = "http://${service.ollama.host}:11434"
    WEBUI_SECRET_KEY = null
  }
  depends_on  = { ollama = "started" }
  gpus        = [{ count = -1 }]
  pull_policy = "always"

  port "http" {
    container = 8080
    host      = 3000
  }
}
