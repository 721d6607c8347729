# Services of which omegagen doesn't know enough: an image that it knows nothing of,
# one whose capabilities nobody has tried out, and one with an init of its own.
# testdata/plain has the same services for Compose alone.

system "unknown" {}

volume "data" {}

image "app" {
  pull = "example/unknown:1"
}

service "app" {
  image = image.app

  port "http" {
    container = 8000
    host      = 18000
  }

  mount "/data" {
    volume = volume.data
  }
}

image "php" {
  pull = "php:8.4-fpm"
}

service "php" {
  image = image.php

  port "fastcgi" {
    container = 9000
  }
}

image "home" {
  pull = "ghcr.io/home-assistant/home-assistant:2025.1"
}

volume "home" {}

service "home" {
  image = image.home

  port "http" {
    container = 8123
    host      = 18123
  }

  mount "/config" {
    volume = volume.home
  }
}
