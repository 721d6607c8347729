system "x" {}

image "i" {
  pull = "example/unknown:1"
}

image "nginx" {
  pull = "nginx:1.29"
}

service "db" {
  image = image.i
}

database "d" {
  service = service.db
}

service "a" {
  image = image.i
  mount "/etc/x.sql" {
    file = database.d
  }
  mount "/etc/conf" {
    bind = "./conf"
  }
  reload {
    signal = "SIGHUP"
    files = [
      "conf/a",
      "init-db.sql", # ERROR OG136: service.a mounts init-db.sql as a single file. A container keeps the old content of such a file when a new one replaces it. Mount its folder, as in mount "/etc" { bind = "." }.
      "config/b",    # ERROR OG136: service.a doesn't mount config/b, or a folder that it is in.
    ]
  }
}

service "b" {
  image = image.i
  reload { # ERROR OG135: How the program of service.b reads its files again isn't known. Add a method
    files = ["conf"]
  }
}

service "c" {
  image = image.i
  reload { # ERROR OG136: service.c mounts no folder with files of the kit, so there is nothing to reload.
    signal = "SIGHUP"
  }
}

service "d" {
  image   = image.i
  oneshot = true
  reload { # ERROR OG135: service.d runs once and ends, so it can't reload files.
    signal = "SIGHUP"
  }
}

service "e" {
  image = image.i
  reload { # ERROR OG135: Reloading is disabled, but the block also says what to reload or how.
    disable = true
    signal  = "SIGHUP"
  }
}

service "f" {
  image = image.i
  mount "/etc/conf" {
    bind = "conf"
  }
  reload {
    command = [] # ERROR OG135: The command is empty.
  }
}

service "g" {
  image = image.i
  port "admin" {
    container = 80
  }
  reload {
    http {
      port   = "web"    # ERROR OG132: has no port "web"
      path   = "reload" # ERROR OG135: The path "reload" must start with a slash.
      method = "PATCH"  # ERROR OG028: is not a valid value of
    }
  }
}

service "h" {
  image = image.i
  reload {
    signal = "SIGKILL" # ERROR OG028: is not a valid value of
  }
}

service "i" {
  image = image.nginx
  mount "/etc/certificates" {
    bind = "certificates"
  }
  reload {
    files = ["certificates"]
  }
}

service "j" {
  image   = image.nginx
  command = ["nginx", "-c", "/etc/other.conf"]
  mount "/etc/certificates" {
    bind = "certificates"
  }
  reload { # ERROR OG135: isn't known
    files = ["certificates"]
  }
}
