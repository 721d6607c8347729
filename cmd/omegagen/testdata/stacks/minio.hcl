# Object storage.
system "objects" {}

secret "root_password" {
  length = 32
}

volume "objects" {}

image "minio" {
  pull = "minio/minio:RELEASE.2024-12-18T13-15-44Z"
}

service "minio" {
  image   = image.minio
  restart = "unless-stopped"
  command = ["server", "/data", "--console-address", ":9001"]
  env     = { MINIO_ROOT_USER = "operator" }
  secret_env = {
    MINIO_ROOT_PASSWORD_FILE = secret.root_password
  }
  port "api" {
    container = 9000
    host      = 9000
  }
  port "console" {
    container = 9001
    host      = 9001
  }
  mount "/data" {
    volume = volume.objects
  }
  healthcheck {
    command  = ["mc", "ready", "local"]
    interval = "15s"
  }
}
