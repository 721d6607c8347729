system "queue-workers" {
  defaults {
    bind = "0.0.0.0"
  }
}

volume "mq" {
  driver = "local"
  driver_opts = {
    device = "/srv/mq"
    o      = "bind"
    type   = "none"
  }
}

image "worker" {
  pull = "example/worker:1"
}

image "rabbitmq" {
  pull = "rabbitmq:4-management"
}

image "redis" {
  pull = "redis:7-alpine"
}

service "beat" {
  image      = image.worker
  entrypoint = ["celery", "beat"]
  user       = "1000:1000"
  init       = true
  read_only  = true
  tmpfs      = "/tmp:size=64m"

  compose = {
    command = []
  }
}

service "rabbitmq" {
  image    = image.rabbitmq
  hostname = "rabbit"

  port "port_15672" {
    container = 15672
    host      = 15672
    bind      = "127.0.0.1"
  }
  port "amqp" {
    container = 5672
    host      = 0
  }

  mount "/var/lib/rabbitmq" {
    volume = volume.mq
    nocopy = true
  }

  healthcheck {
    shell    = "rabbitmq-diagnostics -q ping"
    interval = "30s"
    timeout  = "10s"
  }
}

service "redis" {
  image   = image.redis
  command = ["redis-server", "--save", "", "--appendonly", "no"]
  tmpfs   = "/data"
}

service "worker" {
  image = image.worker
  env = {
    BACKEND = "redis://${service.redis.host}/0"
    BROKER  = "amqp://${service.rabbitmq.host}"
  }
  depends_on        = { rabbitmq = "started", redis = "started" }
  replicas          = 3
  stop_grace_period = "2m0s"
  stop_signal       = "SIGQUIT"
  deploy = {
    restart_policy = { condition = "on-failure", max_attempts = 5 }
  }
}
