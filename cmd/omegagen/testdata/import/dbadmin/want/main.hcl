system "dbadmin" {
  defaults {
    bind = "0.0.0.0"
  }
}

volume "m" {
  labels = { backup = "daily" }
}

volume "mc" {
  name = "mongo-config"
}

image "mongo-express" {
  pull = "mongo-express:1"
}

image "mongo" {
  pull = "mongo:7"
}

service "express" {
  image = image.mongo-express
  env = {
    ME_CONFIG_MONGODB_URL = "mongodb://${service.mongo.host}:27017/?replicaSet=rs0"
  }
  depends_on = { mongo = "healthy" }

  port "port_8081" {
    container = 8081
    host      = 8081
  }
}

service "mongo" {
  image   = image.mongo
  command = ["--replSet", "rs0", "--bind_ip_all"]

  healthcheck {
    shell    = "mongosh --quiet --eval \"try{rs.status().ok}catch(e){rs.initiate().ok}\""
    interval = "10s"
    retries  = 12
  }

  compose = {
    volumes = [{ target = "m:/data/db", type = "volume" }, {
      source = "mc"
      target = "/data/configdb"
      type   = "volume"
    }]
  }
}
