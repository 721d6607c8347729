system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

service "app" {
  image = image.app
  env   = { DATABASE = "${service.database.host}:${service.database.port.sql.container}" }
}

image "database" {
  pull = "example.org/database:1.0"
}

service "database" {
  image = image.database
  port "sql" {
    container = 5432
  }
}
