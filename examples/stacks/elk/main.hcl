# Elasticsearch, Logstash and Kibana on one machine. Beats and Docker's gelf
# driver send to Logstash; Kibana is at http://127.0.0.1:5601 (user elastic).

system "elk" {
  description = "Elasticsearch, Logstash and Kibana"

  defaults {
    restart = "unless-stopped"
    logging = {
      driver  = "json-file"
      options = { max-size = "20m", max-file = "3" }
    }
  }
}

variable "version" {
  type    = string
  default = "9.1.2"
}

secret "elastic_password" {
  length = 32
}

secret "kibana_password" {
  length = 32
}

secret "kibana_encryption_key" {
  from   = "generated"
  length = 32
}

secret "logstash_password" {
  length = 32
}

network "elk" {}

volume "elasticsearch" {}

image "elasticsearch" {
  pull = "docker.elastic.co/elasticsearch/elasticsearch:${var.version}"
}

image "logstash" {
  pull = "docker.elastic.co/logstash/logstash:${var.version}"
}

image "kibana" {
  pull = "docker.elastic.co/kibana/kibana:${var.version}"
}

locals {
  elasticsearch_url = "http://${service.elasticsearch.host}:${service.elasticsearch.port.http.container}"
}

# One node, so that the host's vm.max_map_count needn't change. Other containers
# reach it without TLS; other machines can't reach it.
service "elasticsearch" {
  image    = image.elasticsearch
  networks = [network.elk]

  # Elasticsearch only reads a password from a file of mode 400 or 600, which Compose
  # can't provide to another user.
  exposed = true
  reason  = "Elasticsearch refuses secret files that others may read"
  env = {
    "xpack.security.enabled"          = true
    "discovery.type"                  = "single-node"
    "xpack.security.http.ssl.enabled" = false
    ELASTIC_PASSWORD                  = secret.elastic_password
    ES_JAVA_OPTS                      = "-Xms1g -Xmx1g"
  }

  port "http" {
    container = 9200
    host      = 9200
  }

  mount "/usr/share/elasticsearch/data" {
    volume = volume.elasticsearch
  }

  resources {
    memory = "2GB"
  }
}

# Sets the passwords of the users of Kibana and Logstash.
service "setup" {
  image      = image.elasticsearch
  networks   = [network.elk]
  oneshot    = true
  entrypoint = ["bash", "/setup.sh"]
  env        = { ELASTICSEARCH_URL = local.elasticsearch_url }
  secret_env = {
    ELASTIC_PASSWORD_PATH  = secret.elastic_password
    KIBANA_PASSWORD_PATH   = secret.kibana_password
    LOGSTASH_PASSWORD_PATH = secret.logstash_password
  }
  depends_on = { elasticsearch = "healthy" }

  mount "/setup.sh" {
    file = artifact["elasticsearch/setup.sh"]
  }
}

artifact "elasticsearch/setup.sh" {
  template   = "templates/setup.sh.tmpl"
  executable = true
}

service "logstash" {
  image    = image.logstash
  networks = [network.elk]
  exposed  = true
  reason   = "Logstash takes the values of its pipeline from the environment"
  env = {
    LS_JAVA_OPTS      = "-Xms512m -Xmx512m"
    ELASTICSEARCH_URL = local.elasticsearch_url
    LOGSTASH_PASSWORD = secret.logstash_password
  }
  depends_on        = { setup = "completed" }
  stop_grace_period = "1m"

  port "beats" {
    container = 5044
    host      = 5044
  }
  port "gelf" {
    container = 12201
    host      = 12201
    protocol  = "udp"
  }
  port "api" {
    container = 9600
  }

  # Replaces the image's own pipeline, which listens on the same port.
  mount "/usr/share/logstash/pipeline/logstash.conf" {
    file = artifact["logstash/logstash.conf"]
  }

  resources {
    memory = "1GB"
  }
}

artifact "logstash/logstash.conf" {
  template = "templates/logstash.conf.tmpl"
  data = {
    beats = service.logstash.port.beats.container
    gelf  = service.logstash.port.gelf.container
  }
}

service "kibana" {
  image    = image.kibana
  networks = [network.elk]
  exposed  = true
  reason   = "Kibana's image takes settings from the environment or its keystore alone"
  env = {
    ELASTICSEARCH_HOSTS                       = local.elasticsearch_url
    ELASTICSEARCH_USERNAME                    = "kibana_system"
    ELASTICSEARCH_PASSWORD                    = secret.kibana_password
    XPACK_ENCRYPTEDSAVEDOBJECTS_ENCRYPTIONKEY = secret.kibana_encryption_key
  }
  depends_on = { setup = "completed" }

  port "http" {
    container = 5601
    host      = 5601
  }

  resources {
    memory = "1GB"
  }
}
