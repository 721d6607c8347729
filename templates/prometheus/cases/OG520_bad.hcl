system "shop" {}

alert "Down" {
  expr     = "up == 0"
  severity = "page"
}

alertmanager {
  url = "https://alerts.example.org"
}
