# What a table says of its change from an earlier schema.
system "shop" {}

image "postgres" {
  pull = "postgres:17"
}

secret "password" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.password }
}

database "shop" {
  service = service.db
  destroy = ["table item"] # ERROR OG609: database.shop declares the table "item", so it can't be destroyed. Remove the table, or the element.
  table "item" {
    rewrite = ["column nothing"] # ERROR OG609: database.shop.table.item has no column "nothing", so its change can't write the table again. Name a declared column, or remove the element.
    destroy = [
      "legacy",      # ERROR OG609: "legacy" in "destroy" of database.shop.table.item is not a column. Write "column NAME".
      "column mail", # ERROR OG609: The column "mail" is renamed to email, and can't be destroyed too. Remove one of the two.
      "column old",
    ]
    column "id" {
      type         = "integer"
      renamed_from = "email" # ERROR OG609: The column id can't be renamed from "email", which database.shop.table.item declares too. Remove that column, or this argument.
    }
    column "email" {
      type         = "text"
      renamed_from = "mail"
    }
    column "address" {
      type         = "text"
      renamed_from = "mail" # ERROR OG609: The columns email and address are both renamed from "mail". Only one of them can keep its values.
    }
  }
}
