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
  from = "prompt"
}

alertmanager {
  service = service.alertmanager
  receiver "team" {
    slack {
      api_url = secret.address
      chanel  = "#alerts"
    }
  }
  route {
    receiver = receiver.team
  }
}
