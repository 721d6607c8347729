system "_3d-printer" {}

volume "_4data" {
  name = "3d-printer_4data"
}

image "cam" {
  pull = "example/cam"
}

image "octoprint" {
  pull = "octoprint/octoprint:1.10"
}

service "_1cam" {
  image          = image.cam
  container_name = "3d-printer-_1cam-${replica.number}"
  depends_on     = { octo_print = "started" }
  replicas       = 2
  network_mode   = "service:octo_print"
}

service "octo_print" {
  image          = image.octoprint
  container_name = "3d-printer-octo.print"
  devices        = ["/dev/ttyUSB0:/dev/ttyACM0:rw"]

  port "http" {
    container = 80
    host      = 80
    bind      = "0.0.0.0"
  }
  port "https" {
    container = 443
    host      = 8443
    bind      = "::"
  }

  mount "/octoprint" {
    volume = volume._4data
  }

  compose = {
    networks = {
      default = {
        aliases = ["octo.print"]
      }
    }
  }
}
