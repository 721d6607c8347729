system "workers" {
  defaults {
    bind = "0.0.0.0"
  }
}

image "worker" {
  pull = "example.org/worker:2"
}

image "rabbitmq" {
  pull = "rabbitmq:3.13-management"
}

service "large" {
  image      = image.worker
  env        = { BROKER = "amqp://${service.mq.host}", QUEUE = "large" }
  depends_on = { mq = "healthy" }
  replicas   = 2
}

service "mq" {
  image = image.rabbitmq

  port "amqp" {
    container = 5672
    host      = 0
  }
  port "port_15672" {
    container = 15672
    host      = 15672
  }

  healthcheck {
    shell        = "rabbitmq-diagnostics -q ping"
    interval     = "10s"
    start_period = "30s"
  }
}

service "small" {
  image      = image.worker
  env        = { BROKER = "amqp://${service.mq.host}", QUEUE = "default" }
  depends_on = { mq = "healthy" }
  replicas   = 3
}
