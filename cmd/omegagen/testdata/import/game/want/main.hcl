system "game" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "data" {
  default = "../data"
}

image "mc-backup" {
  pull = "itzg/mc-backup"
}

image "minecraft-server" {
  pull = "itzg/minecraft-server:java21"
}

service "backup" {
  image        = image.mc-backup
  profiles     = ["backup", "all"]
  env          = { RCON_HOST = service.minecraft.host }
  depends_on   = { minecraft = "healthy" }
  volumes_from = ["minecraft:ro"]
}

service "minecraft" {
  image = image.minecraft-server
  env = {
    DIFFICULTY = "hard"
    EULA       = "TRUE"
    MEMORY     = "4G"
    OPS        = null
  }
  restart         = "on-failure:5"
  cpu_shares      = 512
  mem_reservation = "2g"
  memswap_limit   = "6g"
  oom_score_adj   = -500
  stdin_open      = true
  tty             = true
  ulimits         = { nproc = 65535 }

  port "port_25565" {
    container = 25565
    host      = 25565
  }
  port "udp_19132" {
    container = 19132
    host      = 19132
    protocol  = "udp"
  }
  port "udp_19133" {
    container = 19133
    host      = 19133
    protocol  = "udp"
  }

  resources {
    memory = "6g"
    cpus   = 2.5
  }

  compose = {
    volumes = [{
      source = parameter.data
      target = "/data"
      type   = "bind"
      }, {
      bind      = { create_host_path = false, selinux = "Z" }
      read_only = true
      source    = "./mods"
      target    = "/mods"
      type      = "bind"
    }]
  }
}
