# An external Alertmanager has its own receivers.
system "s" {}
alertmanager {
  url = "https://alerts.example.org/prefix"
  receiver "team" { # ERROR OG507: An external Alertmanager has its own configuration
  }
}
