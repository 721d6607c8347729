# Sensors report by MQTT; Telegraf writes to InfluxDB; Grafana shows it.
system "sensors" {}

secret "influx_password" {
  length = 24
}

secret "influx_token" {
  length = 40
}

secret "grafana_password" {
  length = 24
}

volume "mosquitto" {}
volume "influx" {}
volume "grafana" {}

image "mosquitto" {
  pull = "eclipse-mosquitto:2.0.20"
}

image "influxdb" {
  pull = "influxdb:2.7.11"
}

image "telegraf" {
  pull = "telegraf:1.33.0"
}

image "grafana" {
  pull = "grafana/grafana:11.4.0"
}

service "mosquitto" {
  image   = image.mosquitto
  restart = "unless-stopped"
  port "mqtt" {
    container = 1883
    host      = 1883
  }
  mount "/mosquitto/config/mosquitto.conf" {
    bind      = "conf/mosquitto.conf"
    read_only = true
  }
  mount "/mosquitto/data" {
    volume = volume.mosquitto
  }
}

service "influxdb" {
  image   = image.influxdb
  restart = "unless-stopped"
  env = {
    DOCKER_INFLUXDB_INIT_MODE     = "setup"
    DOCKER_INFLUXDB_INIT_USERNAME = "admin"
    DOCKER_INFLUXDB_INIT_ORG      = "home"
    DOCKER_INFLUXDB_INIT_BUCKET   = "sensors"
  }
  secret_env = {
    DOCKER_INFLUXDB_INIT_PASSWORD_FILE    = secret.influx_password
    DOCKER_INFLUXDB_INIT_ADMIN_TOKEN_FILE = secret.influx_token
  }
  port "http" {
    container = 8086
    host      = 8086
  }
  mount "/var/lib/influxdb2" {
    volume = volume.influx
  }
}

service "telegraf" {
  image      = image.telegraf
  restart    = "unless-stopped"
  depends_on = { mosquitto = "started", influxdb = "started" }
  mount "/etc/telegraf/telegraf.conf" {
    bind      = "conf/telegraf.conf"
    read_only = true
  }
}

service "grafana" {
  image      = image.grafana
  restart    = "unless-stopped"
  depends_on = { influxdb = "started" }
  secret_env = { GF_SECURITY_ADMIN_PASSWORD__FILE = secret.grafana_password }
  port "http" {
    container = 3000
    host      = 3000
  }
  mount "/var/lib/grafana" {
    volume = volume.grafana
  }
}
