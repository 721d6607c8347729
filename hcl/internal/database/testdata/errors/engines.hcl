# Databases whose services run other servers than PostgreSQL.
system "shop" {}

image "mysql" {
  pull = "mysql:8.4"
}
image "mongo" {
  pull = "mongo:8.0"
}
image "mirror" {
  pull = "registry.example/db:1"
  runtime {
    like = "mariadb:11.4"
  }
}
image "own" {
  tag = "example/own:1"
  stage "only" {
    from = "alpine:3.21"
    packages {
      apk = ["postgresql17"]
    }
    entrypoint {
      command = ["/run.sh"]
    }
  }
}

service "mysql" {
  image = image.mysql
}
service "mongo" {
  image = image.mongo
}
service "mirror" {
  image = image.mirror
}
service "own" {
  image = image.own
}

database "a" {
  service = service.mysql # ERROR OG660: service.mysql runs MySQL (mysql:8.4), and database.a is a PostgreSQL database
}
database "b" {
  service = service.mongo # ERROR OG660: service.mongo runs MongoDB
}
database "c" {
  service = service.mirror # ERROR OG660: service.mirror runs MariaDB
}
database "d" {
  service = service.own
}
