# A web application with a queue: the same image runs the site and the workers.
system "store" {
  version = "2.3.0"
}

variable "workers" {
  type    = number
  default = 2
}

locals {
  common = {
    DATABASE_HOST = service.db.host
    BROKER_HOST   = service.queue.host
    LOG_LEVEL     = "info"
  }
}

secret "django" {
  from   = "generated"
  length = 50
}

secret "db" {
  length = 24
}

secret "rabbit" {
  length = 24
}

network "internal" {}

volume "db" {}
volume "queue" {}

image "python" {
  pull = "python:3.12.8-slim-bookworm"
}

image "postgres" {
  pull = "postgres:17.2-bookworm"
}

image "rabbitmq" {
  pull = "rabbitmq:4.0.5-management"
}

image "store" {
  stage "main" {
    from = image.python

    workdir {
      path = "/srv"
    }
    copy {
      src  = ["requirements.txt"]
      dest = "./"
    }
    run {
      command = "pip install --no-cache-dir -r requirements.txt"
    }
    copy {
      src  = ["store"]
      dest = "store/"
    }
    user {
      name = "1000:1000"
    }
    cmd {
      command = ["gunicorn", "--bind", "0.0.0.0:8000", "store.wsgi"]
    }
  }
}

service "db" {
  image      = image.postgres
  networks   = [network.internal]
  restart    = "unless-stopped"
  env        = { POSTGRES_DB = "store", POSTGRES_USER = "store" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.db }
  port "sql" {
    container = 5432
  }
  mount "/var/lib/postgresql/data" {
    volume = volume.db
  }
}

service "queue" {
  image    = image.rabbitmq
  hostname = "queue"
  networks = [network.internal]
  restart  = "unless-stopped"
  exposed  = true
  reason   = "RabbitMQ's image reads the password only from its environment."
  env = {
    RABBITMQ_DEFAULT_USER = "store"
    RABBITMQ_DEFAULT_PASS = "${secret.rabbit}"
  }
  port "amqp" {
    container = 5672
  }
  mount "/var/lib/rabbitmq" {
    volume = volume.queue
  }
}

service "web" {
  image      = image.store
  networks   = [network.internal]
  restart    = "unless-stopped"
  depends_on = { db = "healthy", queue = "healthy" }
  env        = local.common
  secret_env = {
    DJANGO_SECRET_FILE     = secret.django
    DATABASE_PASSWORD_FILE = secret.db
    BROKER_PASSWORD_FILE   = secret.rabbit
  }
  port "http" {
    container = 8000
    host      = 8000
  }
}

service "worker" {
  image      = image.store
  replicas   = var.workers
  networks   = [network.internal]
  restart    = "unless-stopped"
  depends_on = { db = "healthy", queue = "healthy" }
  command    = ["celery", "-A", "store", "worker"]
  env        = local.common
  secret_env = {
    DATABASE_PASSWORD_FILE = secret.db
    BROKER_PASSWORD_FILE   = secret.rabbit
  }
}
