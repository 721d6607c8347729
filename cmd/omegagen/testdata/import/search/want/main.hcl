system "search" {}

network "search" {}

volume "one" {}

volume "two" {}

image "opensearch" {
  pull = "opensearchproject/opensearch:2.17.0"
}

service "node1" {
  image    = image.opensearch
  networks = [network.search]
  env = {
    OPENSEARCH_JAVA_OPTS    = "-Xms512m -Xmx512m"
    "bootstrap.memory_lock" = true
    "cluster.name"          = "search"
    "discovery.seed_hosts"  = "node1,node2"
    "node.name"             = "node1"
  }
  ulimits = {
    memlock = { hard = -1, soft = -1 }
    nofile  = { hard = 65536, soft = 65536 }
  }

  mount "/usr/share/opensearch/data" {
    volume = volume.one
  }
}

service "node2" {
  image    = image.opensearch
  networks = [network.search]
  env = {
    "cluster.name"         = "search"
    "discovery.seed_hosts" = "node1,node2"
    "node.name"            = "node2"
  }
  ulimits = {
    memlock = { hard = -1, soft = -1 }
    nofile  = { hard = 65536, soft = 65536 }
  }

  mount "/usr/share/opensearch/data" {
    volume = volume.two
  }
}
