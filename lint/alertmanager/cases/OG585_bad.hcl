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

alertmanager {
  service = service.alertmanager
  receiver "team" {
    webhook {
      url = "https://hooks.example.org/alerts"
    }
  }
  route {
    receiver = receiver.team
    route {
      matchers = ["severity critical"]
    }
  }
}
