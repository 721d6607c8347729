# Services that differ in a number alone, and others that seem to.
system "clusters" {
  defaults {
    bind = "0.0.0.0"
  }
}

secret "minio_root_password" {
  from        = "prompt"
  description = "MINIO_ROOT_PASSWORD of minio1 and minio2, in the Compose file"
}

network "data" {}

network "default" {}

volume "d" {
  for_each = toset(["1", "2"])
  name     = "clusters_d${each.key + 2}"
}

volume "n" {
  for_each = toset(["1", "2"])
  name     = "clusters_n-${each.key - 1}"
}

image "app" {
  pull = "example.org/app:1"
}

image "front" {
  pull = "example.org/front:2"
}

image "kafka" {
  pull = "apache/kafka:3.8.0"
}

image "minio" {
  pull = "minio/minio:RELEASE.2024-09-13T20-26-02Z"
}

image "api" {
  pull = "example.org/api:2"
}

image "node" {
  pull = "example.org/node:1"
}

image "redis" {
  pull = "redis:7.4"
}

image "nginx" {
  pull = "nginx:1.27-alpine"
}

service "app" {
  image      = image.app
  networks   = [network.data, network.default]
  depends_on = { kafka = "started" }
}

service "app-1" {
  image = image.app
}

service "app-2" {
  image = image.app
}

service "front" {
  image   = image.front
  command = ["--upstream=http://${service.my-api.host}:${service.my-api.port.http.container}", "--peer", "${service.my-api.host}:${service.my-api.port.http.container}", "--name", "my-api", "-h", service.my-api.host]
  env = {
    API      = "http://${service.my-api.host}:${service.my-api.port.http.container}/v1"
    API_HOST = service.my-api.host
    APP_NAME = "my-api"
    MAIL     = "me@my-api"
    METRICS  = "${service.my-api.host}:9000"
    PEERS    = "${service.my-api.host}:${service.my-api.port.http.container},node_0:9092,unknown:1"
  }

  healthcheck {
    shell = "curl -f http://${service.my-api.host}:${service.my-api.port.http.container}/health || wget http://front:80"
  }
}

# the first broker
service "kafka" {
  image    = image.kafka
  replicas = 3
  networks = [network.data]
  env = {
    CLUSTER_ID                     = "4L6g3nShT-eMCtK--X86sw"
    KAFKA_CONTROLLER_QUORUM_VOTERS = "1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093"
    KAFKA_NODE_ID                  = replica.number
    KAFKA_PROCESS_ROLES            = "broker,controller"
  }

  port "kafka" {
    container = 9092
    host      = 29092 + replica.index
  }
}

# names without a hyphen, and volumes of their own
service "minio" {
  image    = image.minio
  replicas = 2

  network "default" {
    aliases = ["minio${replica.number}"]
  }

  command = ["server", "http://minio{1...2}/data"]
  env = {
    MINIO_ROOT_USER = "admin"
    SELF            = "http://minio${replica.number}:9000"
  }
  secret_env = { MINIO_ROOT_PASSWORD_FILE = secret.minio_root_password }

  port "port_9000" {
    container = 9000
    host      = 9001 + replica.index
  }

  mount "/data" {
    volume = volume.d[replica.number]
  }
}

# names another service in ways that are references, and in others that aren't
service "my-api" {
  image  = image.api
  expose = ["9000"]

  port "http" {
    container = 8080
    host      = 8080
  }
}

service "node" {
  image    = image.node
  replicas = 2

  network "default" {
    aliases = ["node_${replica.index}"]
  }

  env      = { ID = replica.index, PEERS = "node_0,node_1" }
  hostname = "n-${10 + replica.index}"

  mount "/data" {
    volume = volume.n[replica.number]
  }
}

service "part-1" {
  image = image.redis
}

service "part-3" {
  image = image.redis
}

service "queue-1" {
  image   = image.redis
  restart = "always"
}

service "queue-2" {
  image = image.redis
}

# one of these is named alone, these differ in more, and these lack a number
service "web1" {
  image = image.nginx
}

service "web2" {
  image      = image.nginx
  depends_on = { web1 = "started" }
}
