# A Git forge with its database, and SSH on a port of its own.
system "forge" {
  description = "Gitea with PostgreSQL"
}

secret "database_password" {
  length = 24
}

volume "data" {}
volume "database" {}

image "gitea" {
  pull = "gitea/gitea:1.22.6"
}

image "postgres" {
  pull = "postgres:16.6-alpine"
}

service "database" {
  image      = image.postgres
  restart    = "always"
  env        = { POSTGRES_DB = "gitea", POSTGRES_USER = "gitea" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.database_password }

  mount "/var/lib/postgresql/data" {
    volume = volume.database
  }
}

service "gitea" {
  image      = image.gitea
  restart    = "always"
  depends_on = { database = "healthy" }
  env = {
    USER_UID                 = 1000
    USER_GID                 = 1000
    GITEA__database__DB_TYPE = "postgres"
    GITEA__database__HOST    = "${service.database.host}:5432"
    GITEA__database__NAME    = "gitea"
    GITEA__database__USER    = "gitea"
  }
  secret_env = { GITEA__database__PASSWD__FILE = secret.database_password }

  port "web" {
    container = 3000
    host      = 3000
  }
  port "ssh" {
    container = 22
    host      = 2222
  }
  mount "/data" {
    volume = volume.data
  }
  healthcheck {
    interval = "30s"
    http {
      port = "web"
      path = "/api/healthz"
    }
  }
}
