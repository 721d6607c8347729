system "shop" {}

alertmanager {
  url = "https://alerts.example.org"
}
