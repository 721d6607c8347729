system "elk" {
  defaults {
    bind = "0.0.0.0"
  }
}

parameter "stack_version" {
  default = "9.1.2"
}

network "elk" {
  driver = "bridge"
}

volume "es" {
  driver = "local"
}

image "elasticsearch" {
  pull = "docker.elastic.co/elasticsearch/elasticsearch:${parameter.stack_version}"
}

image "kibana" {
  pull = "docker.elastic.co/kibana/kibana:${parameter.stack_version}"
}

image "logstash" {
  pull = "docker.elastic.co/logstash/logstash:${parameter.stack_version}"
}

service "elasticsearch" {
  image    = image.elasticsearch
  networks = [network.elk]
  env = {
    ES_JAVA_OPTS             = "-Xms512m -Xmx512m"
    "discovery.type"         = "single-node"
    "xpack.security.enabled" = false
  }
  ulimits = {
    memlock = { hard = -1, soft = -1 }
    nofile  = 65536
  }

  mount "/usr/share/elasticsearch/data" {
    volume = volume.es
  }

  resources {
    memory = "1g"
  }
}

service "kibana" {
  image = image.kibana

  network "elk" {
    aliases = ["kb"]
  }

  env = {
    ELASTICSEARCH_HOSTS = "[\"http://${service.elasticsearch.host}:9200\"]"
  }
  depends_on = { elasticsearch = "started" }

  port "http" {
    container = 5601
    host      = 5601
  }
}

service "logstash" {
  image      = image.logstash
  networks   = [network.elk]
  depends_on = { elasticsearch = "started" }

  port "port_5044" {
    container = 5044
    host      = 5044
  }
  port "port_5000" {
    container = 5000
    host      = 5000
  }
  port "udp_5000" {
    container = 5000
    host      = 5000
    protocol  = "udp"
  }
  port "port_9600" {
    container = 9600
    host      = 9600
  }

  mount "/usr/share/logstash/pipeline" {
    bind      = "./pipeline"
    selinux   = "z"
    read_only = true
  }
}
