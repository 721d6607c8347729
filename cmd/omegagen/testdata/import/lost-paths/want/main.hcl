system "lost-paths" {
  compose = {
    configs = {
      tune = { file = "./tune.conf" }
    }
  }
}

secret "key" {
  from = "file"
  file = "../key.txt"
}

image "api" {
  tag        = "lost-paths-api"
  context    = "./api"
  dockerfile = "./api/Dockerfile"
}

image "nginx" {
  pull = "nginx:1.27-alpine"
}

image "worker" {
  tag        = "lost-paths-worker"
  context    = "."
  dockerfile = "./worker.Dockerfile"
}

service "api" {
  image = image.api
}

service "web" {
  image    = image.nginx
  configs  = [{ source = "tune" }]
  env_file = [{ path = "./web.env" }, { path = "./optional.env", required = false }]

  mount "/etc/nginx/nginx.conf" {
    bind = "./nginx.conf"
  }
  mount "/usr/share/nginx/html" {
    bind      = "./www"
    read_only = true
  }
  mount "/var/cache/nginx" {
    bind   = "./cache"
    create = true
  }
  mount "/etc/nginx/conf.d" {
    bind   = "./conf.d"
    create = true
  }
  mount "/srv" {
    bind      = "/srv/elsewhere"
    read_only = true
  }
}

service "worker" {
  image   = image.worker
  secrets = [secret.key]
}
