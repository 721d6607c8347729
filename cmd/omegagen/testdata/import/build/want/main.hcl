system "build" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "version" {
  default = "dev"
}

image "api" {
  tag        = "registry.example.org/api:${parameter.version}"
  context    = "./api"
  build_args = { NODE_ENV = "production", VERSION = parameter.version }
  target     = "prod"
  cache_from = ["registry.example.org/api:cache"]

  stage "deps" {
    from = "node:22-alpine"

    workdir {
      path = "/app"
    }

    copy {
      src  = "package*.json"
      dest = "./"
    }

    run {
      command = "npm ci"
      mounts  = ["type=cache,target=/root/.npm"]
    }
  }
  stage "prod" {
    from = stage.deps

    arg {
      name    = "NODE_ENV"
      default = "production"
    }
    arg {
      name = "VERSION"
    }

    env {
      values = { NODE_ENV = "production", PORT = "3000" }
    }

    copy {
      src   = "."
      dest  = "."
      chown = "node:node"
    }

    user {
      name = "node"
    }

    expose {
      ports = ["3000"]
    }

    cmd {
      command = ["node", "server.js"]
    }
  }
}

image "front" {
  tag     = "build-front"
  context = "./front"

  # Builds the pages.
  stage "build" {
    from = "node:22-alpine"

    workdir {
      path = "/src"
    }

    copy {
      src  = "."
      dest = "."
    }

    run {
      command = "npm ci  && npm run build"
    }
  }
  stage "stage_1" {
    from = "nginx:1.27-alpine"

    # The pages themselves.
    copy {
      src  = "/src/dist/"
      dest = "/usr/share/nginx/html/"
      from = stage.build
    }

    label {
      values = { "org.example.team" = "web" }
    }
  }
}

service "api" {
  image = image.api
  develop = {
    watch = [{
      action = "sync"
      path   = "./api/src"
      target = "/app/src"
    }]
  }

  port "http" {
    container = 3000
    host      = 3000
  }

  healthcheck {
    shell    = "wget -qO- http://localhost:3000/health || exit 1"
    interval = "30s"
  }
}

service "front" {
  image = image.front

  port "http" {
    container = 80
    host      = 8080
  }
}

service "worker" {
  image   = image.api
  command = ["node", "worker.js"]

  healthcheck {
    shell    = "wget -qO- http://localhost:3000/health || exit 1"
    interval = "30s"
  }
}
