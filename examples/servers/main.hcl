# Servers that most systems consist of, each from its official image, without
# settings for users, capabilities or signals: omegagen has facts about these images,
# and gives each what it needs to start, stop and start again, and nothing else. It
# has too few facts about php, which runs as with plain Docker.
#
#   omegagen build    writes the kit into generated/
#   cd generated && ./deploy.sh
#
# Then http://127.0.0.1:8080 is a page by PHP, through HAProxy and nginx.

system "servers" {
  version     = "1.0.0"
  description = "PostgreSQL, MariaDB, Redis, RabbitMQ and memcached, and a page by HAProxy, nginx and PHP"

  # Every service restarts after a crash, and after a reboot of the machine.
  defaults {
    restart = "unless-stopped"
  }
}

# --- Databases ----------------------------------------------------------------

secret "postgres_password" {
  length = 24
}

secret "mariadb_root_password" {
  length = 24
}

volume "postgres" {}
volume "mariadb" {}
volume "redis" {}
volume "rabbitmq" {}

image "postgres" {
  pull = "postgres:17.5"
}

service "postgres" {
  image      = image.postgres
  env        = { POSTGRES_DB = "shop" }
  secret_env = { POSTGRES_PASSWORD_FILE = secret.postgres_password }

  port "sql" {
    container = 5432
    host      = 5432
  }

  mount "/var/lib/postgresql/data" {
    volume = volume.postgres
  }
}

image "mariadb" {
  pull = "mariadb:11.4"
}

service "mariadb" {
  image      = image.mariadb
  env        = { MARIADB_DATABASE = "shop" }
  secret_env = { MARIADB_ROOT_PASSWORD_FILE = secret.mariadb_root_password }

  port "sql" {
    container = 3306
    host      = 3306
  }

  mount "/var/lib/mysql" {
    volume = volume.mariadb
  }
}

# --- Queues and caches --------------------------------------------------------

image "redis" {
  pull = "redis:7.4"
}

service "redis" {
  image   = image.redis
  command = ["redis-server", "--appendonly", "yes"]

  port "redis" {
    container = 6379
    host      = 6379
  }

  mount "/data" {
    volume = volume.redis
  }
}

image "rabbitmq" {
  pull = "rabbitmq:4.0"
}

service "rabbitmq" {
  image = image.rabbitmq

  # Its data are in a folder with the host's name.
  hostname = "rabbitmq"

  port "amqp" {
    container = 5672
    host      = 5672
  }

  mount "/var/lib/rabbitmq" {
    volume = volume.rabbitmq
  }
}

image "memcached" {
  pull = "memcached:1.6"
}

service "memcached" {
  image   = image.memcached
  command = ["memcached", "--memory-limit=64"]

  port "memcached" {
    container = 11211
    host      = 11211
  }
}

# --- A page: HAProxy, nginx, PHP ----------------------------------------------

image "php" {
  pull = "php:8.4-fpm"
}

service "php" {
  image = image.php

  # No host port: only nginx uses it.
  port "fastcgi" {
    container = 9000
  }

  mount "/var/www/html/index.php" {
    file = artifact["config/index.php"]
  }
}

artifact "config/index.php" {
  template = "config/index.php.tmpl"
}

image "nginx" {
  pull = "nginx:1.27"
}

service "nginx" {
  image      = image.nginx
  depends_on = { php = "started" }

  port "http" {
    container = 80
    host      = 8081
  }

  mount "/etc/nginx/conf.d/default.conf" {
    file = artifact["config/nginx.conf"]
  }
}

artifact "config/nginx.conf" {
  template = "config/nginx.conf.tmpl"
  data = {
    port = service.nginx.port.http.container
    page = "/var/www/html/index.php"
    php = {
      host = service.php.host
      port = service.php.port.fastcgi.container
    }
  }
}

image "haproxy" {
  pull = "haproxy:3.0"
}

service "haproxy" {
  image      = image.haproxy
  depends_on = { nginx = "started" }

  port "http" {
    container = 8080
    host      = 8080
  }

  mount "/usr/local/etc/haproxy/haproxy.cfg" {
    file = artifact["config/haproxy.cfg"]
  }
}

artifact "config/haproxy.cfg" {
  template = "config/haproxy.cfg.tmpl"
  data = {
    port = service.haproxy.port.http.container
    nginx = {
      host = service.nginx.host
      port = service.nginx.port.http.container
    }
  }
}

# --- Success criteria----------------------------------------------------------

criterion "page" {
  title  = "The page comes through HAProxy, nginx and PHP"
  within = "60s"

  http {
    service  = service.haproxy
    port     = "http"
    path     = "/"
    status   = 200
    contains = "PHP 8 answers."
  }
}

criterion "queue" {
  title  = "RabbitMQ takes connections"
  within = "60s"

  tcp {
    service = service.rabbitmq
    port    = "amqp"
  }
}
