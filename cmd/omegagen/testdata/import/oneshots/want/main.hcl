system "oneshots" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "postgres_password" {
  from        = "prompt"
  description = "PGPASSWORD of seed; POSTGRES_PASSWORD of db, in the Compose file"
}

image "tomcat" {
  pull = "tomcat:10"
}

image "postgres" {
  pull = "postgres:16"
}

image "flyway" {
  pull = "flyway/flyway:10"
}

service "app" {
  image      = image.tomcat
  depends_on = { seed = "completed" }

  port "http" {
    container = 8080
    host      = 8080
  }
}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_USER = "app" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres_password }

  healthcheck {
    shell = "pg_isready -U app"
  }
}

service "migrate" {
  image      = image.flyway
  command    = ["-url=jdbc:postgresql://${service.db.host}/app", "-user=app", "migrate"]
  depends_on = { db = "healthy" }
  oneshot    = true
  restart    = "no"

  mount "/flyway/sql" {
    bind      = "./sql"
    read_only = true
  }
}

service "seed" {
  image      = image.postgres
  command    = ["psql", "-h", service.db.host, "-U", "app", "-f", "/seed.sql"]
  env        = { PGPASSWORD = secret.postgres_password }
  exposed    = true
  reason     = "so in the Compose file; a file is safer, if the program reads one"
  depends_on = { migrate = "completed" }
  oneshot    = true
  restart    = "on-failure"

  mount "/seed.sql" {
    bind      = "./seed.sql"
    read_only = true
  }
}
