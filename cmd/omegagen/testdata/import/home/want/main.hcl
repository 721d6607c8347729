system "home" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "home-assistant" {
  pull = "ghcr.io/home-assistant/home-assistant:stable"
}

image "eclipse-mosquitto" {
  pull = "eclipse-mosquitto:2"
}

image "zigbee2mqtt" {
  pull = "koenkk/zigbee2mqtt"
}

service "homeassistant" {
  image          = image.home-assistant
  container_name = "homeassistant"
  restart        = "unless-stopped"
  network_mode   = "host"
  privileged     = true

  mount "/config" {
    bind   = "./ha"
    create = true
  }
  mount "/etc/localtime" {
    bind      = "/etc/localtime"
    read_only = true
  }
  mount "/run/dbus" {
    bind      = "/run/dbus"
    read_only = true
  }

  harden {
    reason = "so in the Compose file, which gives no reason"
  }
}

service "mosquitto" {
  image = image.eclipse-mosquitto
  user  = "root"

  port "mqtt" {
    container = 1883
    host      = 1883
  }
  port "port_9001" {
    container = 9001
    host      = 9001
    bind      = "::1"
  }

  mount "/mosquitto/data" {
    anonymous = true
  }
  mount "/mosquitto/config/mosquitto.conf" {
    bind = "./mosquitto.conf"
  }

  harden {
    non_root = false
    reason   = "so in the Compose file, which gives no reason"
  }
}

service "zigbee2mqtt" {
  image               = image.zigbee2mqtt
  device_cgroup_rules = ["c 188:* rmw"]
  devices             = ["/dev/serial/by-id/usb-x:/dev/ttyACM0"]
  dns                 = "1.1.1.1"
  dns_search          = "lan"
  expose              = ["8080", "9000/udp"]
  extra_hosts         = ["host.docker.internal=host-gateway", "router=192.168.1.1"]
  group_add           = ["dialout", "20"]
  links               = ["mosquitto:mqtt"]
  working_dir         = "/app"
}
