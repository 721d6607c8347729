system "shop" {}

image "store" {
  pull = "mariadb:11.4"
}

volume "data" {}

service "store" {
  image      = image.store
  secret_env = { MARIADB_ROOT_PASSWORD_FILE = secret.password }
  mount "/var/lib/mysql" {
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
