# One broker for development, a console, and a topic.
system "events" {}

volume "kafka" {}

image "kafka" {
  pull = "apache/kafka:3.9.0"
}

image "ui" {
  pull = "provectuslabs/kafka-ui:v0.7.2"
}

service "kafka" {
  image    = image.kafka
  hostname = "kafka"
  restart  = "unless-stopped"
  env = {
    KAFKA_NODE_ID                                  = 1
    KAFKA_PROCESS_ROLES                            = "broker,controller"
    KAFKA_LISTENERS                                = "PLAINTEXT://:9092,CONTROLLER://:9093"
    KAFKA_ADVERTISED_LISTENERS                     = "PLAINTEXT://kafka:9092"
    KAFKA_CONTROLLER_LISTENER_NAMES                = "CONTROLLER"
    KAFKA_CONTROLLER_QUORUM_VOTERS                 = "1@localhost:9093"
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP           = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT"
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR         = 1
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR = 1
    KAFKA_LOG_DIRS                                 = "/var/lib/kafka/data"
  }
  port "client" {
    container = 9092
  }
  mount "/var/lib/kafka/data" {
    volume = volume.kafka
  }
  healthcheck {
    command      = ["/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "localhost:9092"]
    interval     = "10s"
    start_period = "30s"
  }
}

service "ui" {
  image      = image.ui
  restart    = "unless-stopped"
  depends_on = { kafka = "healthy" }
  env = {
    KAFKA_CLUSTERS_0_NAME             = "local"
    KAFKA_CLUSTERS_0_BOOTSTRAPSERVERS = "kafka:9092"
  }
  port "http" {
    container = 8080
    host      = 8081
  }
}

action "create_topic" {
  title        = "Create the topic of orders"
  precondition = service.kafka.healthy
  effects      = { topic = true }
  run          = "docker compose exec -T ${service.kafka.name} /opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --create --if-not-exists --topic orders --partitions 6"
  validate     = "docker compose exec -T ${service.kafka.name} /opt/kafka/bin/kafka-topics.sh --bootstrap-server localhost:9092 --describe --topic orders"
}

state "topic" {
  type    = bool
  initial = false
}

goal "ready" {
  default   = true
  condition = state.topic && service.ui.started
}
