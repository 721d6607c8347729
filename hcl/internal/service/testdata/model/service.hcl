# Every attribute of a service, none at its default.
system "sys" {}
secret "pw" { from = "generated" }
secret "token" { from = "generated" }
network "a" {}
network "b" {}
network "c" {
  ipam = { config = [{ subnet = "10.5.0.0/24" }, { subnet = "fd00::/64" }] }
}
volume "v" {}
image "i" {
  pull = "example/i:1"
}
image "postgres" {
  pull = "postgres:17.5"
}
image "nginx" {
  pull = "nginx:1.27.5"
}
service "full" {
  image             = image.i
  replicas          = 2
  container_name    = "c-${replica.number}"
  env               = { N = replica.index, TOKEN = "t-${secret.token}" }
  secret_env        = { PW_FILE = secret.pw }
  exposed           = true
  reason            = "the program reads nothing else"
  command           = ["run", "--fast"]
  entrypoint        = ["/bin/x"]
  labels            = { b = "2", a = "1" }
  depends_on        = { later = "started", early = "healthy", once = "completed" }
  networks          = [network.b, network.a]
  restart           = "on-failure:3"
  profiles          = ["q", "p"]
  user              = "10:20"
  init              = true
  read_only         = true
  pids_limit        = 50
  mem_limit         = "64MiB"
  cpus              = 1.5
  cost              = 4
  duration          = "6s"
  hostname          = "h-${replica.number}"
  dns               = ["1.1.1.1"]
  stop_grace_period = "20s"
  compose           = { "x-new" = [1] }
  logging {
    driver = "json-file"
  }
  harden {
    cap_add = ["NET_ADMIN"]
    reason  = "it makes networks"
  }
  network "settings" {
    network        = network.c
    aliases        = ["x", "y"]
    ipv4_address   = "10.5.0.${9 + replica.index}"
    ipv6_address   = "fd00::${1 + replica.index}"
    link_local_ips = ["169.254.1.1"]
    mac_address    = "02:42:ac:11:00:0${replica.index}"
    interface_name = "eth9"
    driver_opts    = { o = "v" }
    priority       = 3
    gw_priority    = 4
  }
  port "web" {
    container = 80
    host      = 8080 + replica.index
    bind      = "0.0.0.0"
  }
  port "dns" {
    container = 53
    protocol  = "udp"
  }
  mount "/data" {
    volume  = volume.v
    nocopy  = true
    subpath = "sub"
  }
  mount "/bound" {
    bind        = "./dir"
    read_only   = true
    propagation = "rslave"
    recursive   = "enabled"
    selinux     = "z"
  }
  mount "/tmp" {
    tmpfs = true
    size  = "1MiB"
    mode  = "0700"
  }
  healthcheck {
    interval       = "5s"
    timeout        = "4s"
    retries        = 3
    start_period   = "9s"
    start_interval = "1s"
    http {
      port = "web"
      path = "/health"
    }
  }
  scrape "metrics" {
    port     = "web"
    path     = "/m"
    interval = "10s"
    timeout  = "5s"
    scheme   = "https"
    exports  = { b_total = "counter", a = "gauge" }
  }
  scrape "web" {}
}
service "early" {
  image = image.nginx
  port "http" {
    container = 80
  }
  healthcheck {
    tcp {
      port = 80
    }
  }
}
service "later" {
  image = image.i
  healthcheck {
    disable = true
  }
  harden {
    drop_caps         = false
    no_new_privileges = false
    reason            = "why"
  }
  restart = "unless-stopped"
}
service "once" {
  image   = image.i
  oneshot = true
  command = "echo 'a && b' c"
}
service "sql" {
  image = image.postgres
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
  healthcheck {
    command = ["pg_isready", "-q"]
  }
}
service "asked" {
  image = image.postgres
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
  resources {
    memory = "1GiB"
    cpus   = 2
  }
  harden {
    read_only  = false
    cap_add    = ["CHOWN"]
    pids_limit = 200
    reason     = "it says so"
  }
  healthcheck {
    shell    = "pg_isready"
    interval = "45s"
  }
}
service "known" {
  image = image.nginx
}
service "tables" {
  image = image.postgres
  env   = { POSTGRES_HOST_AUTH_METHOD = "trust" }
  healthcheck {
    sql {
      database = database.app
      query    = "SELECT 1"
      tables   = [database.app.table.t]
    }
  }
}
database "app" {
  service = service.tables
  user    = "owner"
  port    = 5433
  table "t" {
    column "id" {
      type = "int"
    }
  }
}
service "zrolled" {
  image    = image.i
  replicas = 2
  rollout {
    max_unavailable = 2
    pause           = "3s"
  }
}
service "zfirst" {
  image = image.i
  mount "/a" {
    bind        = "a"
    first_start = true
  }
  mount "/docker-entrypoint-initdb.d/b" {
    bind = "b"
  }
  mount "/docker-entrypoint-initdb.d/c" {
    bind        = "c"
    first_start = false
  }
  mount "/docker-entrypoint-initdb.d/d" {
    tmpfs = true
  }
  mount "/docker-entrypoint-initdb.d/e" {
    file = database.app
  }
  mount "/docker-entrypoint-initdb.dir" {
    bind = "f"
  }
}
service "zsignals" {
  image = image.i
  mount "/etc/app" {
    bind = "conf"
  }
  reload {
    signal = "SIGUSR1"
    files  = ["./conf/b", "conf/a"]
  }
}
service "zcommands" {
  image = image.i
  mount "/etc/app" {
    bind = "conf"
  }
  reload {
    command = ["app", "reload"]
    files   = ["conf"]
  }
}
service "zrequests" {
  image = image.i
  port "admin" {
    container = 8081
  }
  mount "/etc/app" {
    bind = "conf"
  }
  reload {
    http {
      port   = "admin"
      path   = "/load"
      method = "PUT"
    }
    files = ["conf"]
  }
}
service "zports" {
  image = image.i
  port "media" {
    container = "10000-10010"
    host      = "20000-20010"
    protocol  = "udp"
  }
  port "free" {
    container = 81
    host      = 0
  }
  port "among" {
    container = 82
    host      = "9000-9005"
  }
  port "inside" {
    container = "7000-7002"
  }
  env = { RANGE = service.zports.port.media.container, FIRST = service.zports.instances[0].port.media.host }
  mount "/app/node_modules" {
    anonymous = true
    nocopy    = true
  }
}
