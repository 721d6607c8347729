system "chat" {
  defaults {
    restart = "unless-stopped"
  }
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

secret "dbpw" {
  from        = "prompt"
  description = "MM_SQLSETTINGS_DATASOURCE of server; POSTGRES_PASSWORD of pg, in the Compose file"
}

image "postgres" {
  pull = "postgres:${parameter.pg}-alpine"
}

image "mattermost-team-edition" {
  pull = "mattermost/mattermost-team-edition:10.0"
}

service "pg" {
  image      = image.postgres
  env        = { POSTGRES_USER = "mm" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.dbpw }
  shm_size   = "128m"
}

service "server" {
  image = image.mattermost-team-edition
  env = {
    MM_SQLSETTINGS_DATASOURCE = "postgres://mm:${secret.dbpw}@${service.pg.host}:5432/mm?sslmode=disable&connect_timeout=10"
  }
  exposed      = true
  reason       = "so in the Compose file; a file is safer, if the program reads one"
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
