system "oneshots" {
  defaults {
    bind = "0.0.0.0"
  }
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
  image = image.postgres
  env   = { POSTGRES_PASSWORD = "app", POSTGRES_USER = "app" }

  healthcheck {
    shell = "pg_isready -U app"
  }
}

service "migrate" {
  image      = image.flyway
  command    = ["-url=jdbc:postgresql://db/app", "-user=app", "migrate"]
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
  command    = ["psql", "-h", "db", "-U", "app", "-f", "/seed.sql"]
  env        = { PGPASSWORD = "app" }
  depends_on = { migrate = "completed" }
  oneshot    = true
  restart    = "on-failure"

  mount "/seed.sql" {
    bind      = "./seed.sql"
    read_only = true
  }
}
