# Roles with a user, whose logins deploy.sh can't alternate.
system "shop" {}

image "postgres" {
  pull = "postgres:17"
}
image "app" {
  pull = "registry.example/app:1"
}
secret "owner" {}
secret "a" {}
secret "b" {}
secret "c" {}
secret "d" {}
secret "e" {}
secret "shared" {}
secret "a_user" {}
secret "file_user" {
  from = "file"
  file = "user"
}
secret "made_user" {}
secret "group_user" {}
secret "long_user" {}
secret "twin_user" {}
secret "fixed_user" {}
secret "fixed" {}

service "db" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.owner }
}
service "app" {
  image = image.app
  secret_env = {
    DATABASE_PASSWORD_FILE = secret.fixed # ERROR OG662: service.app gets secret.fixed, the password of the role fixed, but not secret.fixed_user
  }
}

database "shop" {
  service = service.db
  role "none" {
    user = secret.a_user # ERROR OG661: The role none has a user but no password
  }
  role "group" {
    login    = false
    user     = secret.group_user # ERROR OG661: The role group has a user but can't log in
    password = secret.c          # ERROR OG605: can't log in
  }
  role "same" {
    user     = secret.a # ERROR OG661: The role same has the same secret as its user and its password
    password = secret.a
  }
  role "filed" {
    user     = secret.file_user # ERROR OG661: secret.file_user, the user of the role filed, is from = "file"
    password = secret.b
  }
  role "one" {
    user     = secret.made_user # ERROR OG661: secret.shared belongs to database.shop.role.one, whose logins alternate, and to database.shop.role.two
    password = secret.shared
  }
  role "two" {
    password = secret.shared
  }
  role "a_name_that_is_longer_than_what_two_logins_leave_of_63_bytes_x" { # ERROR OG661: The name of the role is too long
    user     = secret.long_user
    password = secret.d
  }
  role "twin" {
    user     = secret.twin_user
    password = secret.e
  }
  role "twin_b" { # ERROR OG661: database.shop.role.twin_b has the name of a login that deploy.sh makes for database.shop.role.twin
    password = secret.b
  }
  role "fixed" {
    user     = secret.fixed_user
    password = secret.fixed
  }
}
