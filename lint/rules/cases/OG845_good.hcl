system "shop" {}

secret "password" {}

image "app" {
  pull = "rabbitmq:4.1-management"
}

service "app" {
  image   = image.app
  exposed = true
  reason  = "RabbitMQ can't read the password from a file"
  env     = { RABBITMQ_DEFAULT_USER = "app", RABBITMQ_DEFAULT_PASS = secret.password }
}
