# Nothing scrapes the exporters, so they have no alerts.
system "shop" {
  exporter "node" {} # WARNING OG191: There is no prometheus block
}

image "postgres" {
  pull = "postgres:17.5"
}

service "db" {
  image = image.postgres

  exporter "postgres" { # WARNING OG191: There is no prometheus block
    user     = "watcher"
    password = secret.password
  }
}

secret "password" {
  from = "prompt"
}
