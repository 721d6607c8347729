system "chat" {
  defaults {
    restart = "unless-stopped"
  }
}

parameter "dbpw" {
  default = "pw"
}

parameter "pg" {
  default = "16"
}

parameter "port" {
  type    = number
  default = 8065
}

parameter "restart" {
  default = "unless-stopped"
}

image "postgres" {
  pull = "postgres:${parameter.pg}-alpine"
}

image "mattermost-team-edition" {
  pull = "mattermost/mattermost-team-edition:10.0"
}

service "pg" {
  image    = image.postgres
  env      = { POSTGRES_PASSWORD = parameter.dbpw, POSTGRES_USER = "mm" }
  shm_size = "128m"
}

service "server" {
  image = image.mattermost-team-edition
  env = {
    MM_SQLSETTINGS_DATASOURCE = "postgres://mm:${parameter.dbpw}@pg:5432/mm?sslmode=disable&connect_timeout=10"
  }
  depends_on   = { pg = "started" }
  read_only    = true
  security_opt = ["no-new-privileges:true"]
  tmpfs        = "/tmp"

  port "port_8065" {
    container = 8065
    host      = parameter.port
    bind      = "127.0.0.1"
  }
}
