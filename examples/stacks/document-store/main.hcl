# MongoDB with a user and index for the application, and mongo-express to inspect it
# at http://127.0.0.1:8081.

system "documents" {
  description = "MongoDB and mongo-express"

  defaults {
    restart = "unless-stopped"
  }
}

secret "mongo_root_password" {
  length = 32
}

secret "console_password" {
  length = 24
}

secret "console_session" {
  length = 32
}

network "data" {}

volume "mongo" {}

volume "mongo_config" {}

image "mongo" {
  pull = "mongo:8.0.12"
}

image "mongo_express" {
  pull = "mongo-express:1.0.2-20-alpine3.19"
}

service "mongo" {
  image      = image.mongo
  networks   = [network.data]
  env        = { MONGO_INITDB_ROOT_USERNAME = "root", MONGO_INITDB_DATABASE = "catalogue" }
  secret_env = { MONGO_INITDB_ROOT_PASSWORD_FILE = secret.mongo_root_password }

  port "mongo" {
    container = 27017
    host      = 27017
  }

  mount "/data/db" {
    volume = volume.mongo
  }
  mount "/data/configdb" {
    volume = volume.mongo_config
  }
  mount "/docker-entrypoint-initdb.d/catalogue.js" {
    file = artifact["mongo/catalogue.js"]
  }

  resources {
    memory = "2GB"
  }
}

# Runs once, when the data folder is empty.
artifact "mongo/catalogue.js" {
  template = "catalogue.js.tmpl"
}

service "console" {
  image      = image.mongo_express
  networks   = [network.data]
  depends_on = { mongo = "healthy" }

  # mongo-express can't read secrets from files.
  exposed = true
  reason  = "mongo-express takes its passwords from the environment alone"
  env = {
    ME_CONFIG_MONGODB_URL          = "mongodb://root:${secret.mongo_root_password}@${service.mongo.host}:${service.mongo.port.mongo.container}/?authSource=admin"
    ME_CONFIG_BASICAUTH            = true
    ME_CONFIG_BASICAUTH_USERNAME   = "admin"
    ME_CONFIG_BASICAUTH_PASSWORD   = secret.console_password
    ME_CONFIG_SITE_SESSIONSECRET   = secret.console_session
    ME_CONFIG_MONGODB_ENABLE_ADMIN = true
  }

  port "http" {
    container = 8081
    host      = 8081
  }

  # It requires a password everywhere except here.
  healthcheck {
    http {
      port = "http"
      path = "/status"
    }
  }
}
