system "shop" {}

image "app" {
  pull = "example.org/app:1.0"
}

network "front" {}

network "back" {}

service "queue" {
  image    = image.app
  networks = [network.back]
  port "amqp" {
    container = 5672
  }
}

service "worker" {
  image    = image.app
  networks = [network.front, network.back]
  env      = { QUEUE = "amqp://${service.queue.host}:${service.queue.port.amqp.container}" }
}

network "default" {}

service "store" {
  image = image.app

  network "default" {
    aliases = ["storage"]
  }
}

service "reader" {
  image = image.app
  env   = { STORE_HOST = "store" }
}
