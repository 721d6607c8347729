# Notebooks on one machine, with the data next to them.
system "lab" {}

secret "token" {
  from   = "generated"
  length = 32
}

volume "work" {}

image "jupyter" {
  pull = "quay.io/jupyter/scipy-notebook:2024-12-23"
}

service "jupyter" {
  image   = image.jupyter
  restart = "unless-stopped"
  exposed = true
  reason  = "The image has no variable for a file with the token."
  env     = { JUPYTER_TOKEN = "${secret.token}" }
  port "http" {
    container = 8888
    host      = 8888
  }
  mount "/home/jovyan/work" {
    volume = volume.work
  }
  resources {
    memory = "4GB"
    cpus   = 2
  }
}
