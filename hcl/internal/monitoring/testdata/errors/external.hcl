# An external Alertmanager.
system "s" {}
alertmanager {
  url = "alerts.example.org" # ERROR OG028: must be an address
}
