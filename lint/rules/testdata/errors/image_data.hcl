# Mounts that don't cover the data, users that can't write to them.

system "data" {}

secret "s" {}

volume "a" {}
volume "b" {}
volume "c" {}
volume "d" {}
volume "e" {}
volume "f" {}
volume "g" {}
volume "h" {}
volume "i" {}
volume "j" {}
volume "k" {}

image "new" { pull = "postgres:18.1" }
image "newest" { pull = "postgres" }
image "old" { pull = "postgres:17.2" }
image "vector" { pull = "pgvector/pgvector:0.8.1-pg18" }
image "mongo" { pull = "mongo:8.0" }
image "influxdb" { pull = "influxdb:2.7" }
image "gitea" { pull = "gitea/gitea:1.22.0-rootless" }
image "grafana" { pull = "grafana/grafana:11.6.0" }
image "jenkins" { pull = "jenkins/jenkins:2.479" }
image "proxy" { pull = "jc21/nginx-proxy-manager:2.12.1" }
image "derived" {
  tag = "own-mysql:1"
  stage "s" {
    from = "mysql:8.4"
    run { command = "echo ready" }
  }
}

service "new" {
  image      = image.new
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { # WARNING OG846: postgres:18.1 stores its data in /var/lib/postgresql; /var/lib/postgresql/data is the path of other versions or variants. The data is outside of this mount and is lost with the container, or the image refuses to start. Mount at /var/lib/postgresql;
    volume = volume.a
  }
}
service "newest" {
  image      = image.newest
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql/data" { # WARNING OG846: postgres stores its data in /var/lib/postgresql;
    bind = "data"
  }
}
service "vector" {
  image      = image.vector
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  replicas   = 2
  mount "/var/lib/postgresql/data" { # WARNING OG846: pgvector/pgvector:0.8.1-pg18 stores its data in /var/lib/postgresql;
    volume = volume.b
  }
}
service "old" {
  image      = image.old
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgresql" { # WARNING OG846: postgres:17.2 declares /var/lib/postgresql/data as a volume, so Docker mounts an anonymous volume there
    volume = volume.c
  }
}
service "slip" {
  image      = image.old
  secret_env = { POSTGRES_PASSWORD_FILE = secret.s }
  mount "/var/lib/postgres/data" { # WARNING OG846: Did you mean "/var/lib/postgresql/data"?
    volume = volume.d
  }
}
service "mongo" {
  image = image.mongo
  mount "/data" { # WARNING OG846: mongo:8.0 declares /data/db as a volume
    volume = volume.e
  }
}
service "influxdb" {
  image = image.influxdb
  mount "/var/lib/influxdb" { # WARNING OG846: influxdb:2.7 stores its data in /var/lib/influxdb2; /var/lib/influxdb is the path of other versions
    volume = volume.f
  }
}
service "gitea" {
  image = image.gitea
  mount "/data" { # WARNING OG846: stores its data in /var/lib/gitea; /data is the path of other versions or variants
    volume = volume.g
  }
}
service "derived" {
  image      = image.derived
  secret_env = { MYSQL_ROOT_PASSWORD_FILE = secret.s }
  mount "/var/lib/mysq" { # WARNING OG846: own-mysql:1 stores its data in /var/lib/mysql, where nothing is mounted, but there is a mount at /var/lib/mysq.
    volume = volume.h
  }
}
service "proxy" { # WARNING OG846: jc21/nginx-proxy-manager:2.12.1 exits if nothing is mounted at /etc/letsencrypt
  image = image.proxy
  mount "/data" { volume = volume.k }
}

# Users.
service "grafana" {
  image = image.grafana
  mount "/var/lib/grafana" { volume = volume.i }
  harden { user = "1000:1000" } # WARNING OG852: service.grafana runs as user 1000:1000, but its volume at /var/lib/grafana (main.hcl:106,3-27) will belong to the image's user 472: the container can't write there. Keep the image's user, write "472:0",
}
service "jenkins" {
  image = image.jenkins
  user  = "1001" # WARNING OG852: service.jenkins runs as user 1001, but its volume at /var/jenkins_home
  mount "/var/jenkins_home" { volume = volume.j }
}
