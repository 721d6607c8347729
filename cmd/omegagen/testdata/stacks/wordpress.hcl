# A blog.
system "blog" {
  defaults {
    restart = "unless-stopped"
  }
}

secret "root_password" {
  length = 32
}

secret "wordpress_password" {
  length = 32
}

volume "mysql" {}
volume "site" {}

image "mariadb" {
  pull = "mariadb:11.4.4"
}

image "wordpress" {
  pull = "wordpress:6.7.1-apache"
}

service "mariadb" {
  image = image.mariadb
  env   = { MARIADB_DATABASE = "wordpress", MARIADB_USER = "wordpress" }
  secret_env = {
    MARIADB_ROOT_PASSWORD_FILE = secret.root_password
    MARIADB_PASSWORD_FILE      = secret.wordpress_password
  }
  mount "/var/lib/mysql" {
    volume = volume.mysql
  }
  resources {
    memory = "1GB"
  }
}

service "wordpress" {
  image      = image.wordpress
  depends_on = { mariadb = "healthy" }
  env = {
    WORDPRESS_DB_HOST = service.mariadb.host
    WORDPRESS_DB_USER = "wordpress"
    WORDPRESS_DB_NAME = "wordpress"
  }
  secret_env = { WORDPRESS_DB_PASSWORD_FILE = secret.wordpress_password }
  port "http" {
    container = 80
    host      = 8080
  }
  mount "/var/www/html" {
    volume = volume.site
  }
}
