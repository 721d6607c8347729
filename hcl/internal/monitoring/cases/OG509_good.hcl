system "shop" {}

image "alertmanager" {
  pull = "prom/alertmanager:v0.28.1"
}

service "alertmanager" {
  image = image.alertmanager
  port "http" {
    container = 9093
  }
}

secret "address" {
  from        = "prompt"
  description = "The address of the hook, with its token"
}

alertmanager {
  service = service.alertmanager
  receiver "team" {
    webhook {
      url = secret.address
    }
  }
  route {
    receiver = receiver.team
  }
}
