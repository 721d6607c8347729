system "lab" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "scipy-notebook" {
  pull = "quay.io/jupyter/scipy-notebook:2024-10-07"
}

service "notebook" {
  image       = image.scipy-notebook
  env         = { JUPYTER_TOKEN = null }
  cap_drop    = ["NET_RAW"]
  group_add   = ["users", "100"]
  working_dir = "/home/jovyan"

  port "port_8888" {
    container = 8888
    host      = "8888-8890"
  }

  mount "/home/jovyan/work" {
    bind   = "./work"
    create = true
  }
  mount "/home/jovyan/.cache" {
    anonymous = true
  }

  deploy = {
    resources = {
      reservations = {
        devices = [{
          capabilities = ["gpu"]
          device_ids   = ["0"]
          driver       = "nvidia"
        }]
      }
    }
  }
}
