system "shop" {}

image "store" {
  pull = "postgres:17.2"
}

volume "data" {}

service "store" {
  image      = image.store
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
  mount "/var/lib/postgresql/data" {
    volume = volume.data
  }
}

secret "password" {}

database "shop" {
  service = service.store
  table "orders" {
    column "id" {
      type = "bigint"
    }
    primary_key = ["id"]
  }
}
