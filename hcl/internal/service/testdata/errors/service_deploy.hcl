system "x" {
  defaults {
    resources {
      memory = "64MB"
    }
  }
}

image "i" {
  pull = "example/unknown:1"
}

locals {
  four = { replicas = 4 }
}

service "none" {
  image  = image.i
  deploy = { replicas = 0 } # ERROR OG110: 0 replicas can't be run
}

service "wrong" {
  image = image.i
  deploy {
    replicas = "many" # ERROR OG110: "many" is no number of replicas
  }
}

service "twice" {
  image    = image.i
  replicas = 2
  deploy {
    replicas = 3 # ERROR OG129: deploy.replicas asks for 3 instances here, and replicas for 2, at main.hcl:31,14-15
  }
}

service "thrice" {
  image   = image.i
  deploy  = local.four
  compose = { deploy = { replicas = "5" } } # ERROR OG129: deploy.replicas asks for 5 instances here, and deploy.replicas for 4
}

service "depends" {
  image  = image.i
  deploy = merge(local.four, { replicas = 2 + replica.index }) # ERROR OG110: can't depend on the replica: it is 2 for one and 3 for another
}

service "limits" {
  image      = image.i
  pids_limit = 100
  resources {
    memory = "512MB"
    cpus   = 1.5
  }
  deploy {
    resources {
      limits {
        memory = "1g" # ERROR OG129: deploy.resources.limits.memory is 1073741824 bytes here, and memory of resources is 536870912 bytes, at main.hcl:52,14-21
        cpus   = "2.5" # ERROR OG129: deploy.resources.limits.cpus is 2.5 here, and cpus of resources is 1.5
        pids   = 99 # ERROR OG129: deploy.resources.limits.pids is 99 here, and pids_limit is 100
      }
    }
  }
}

service "composed" {
  image     = image.i
  mem_limit = "512MB"
  cpus      = 1
  compose = {
    cpus   = 2 # ERROR OG129: cpus of compose is 2 here, and cpus is 1
    deploy = { resources = { limits = { memory = 512 } } } # ERROR OG129: is 512 bytes here, and mem_limit is 536870912 bytes # ERROR OG127: 512 bytes are less than the 6 MB
  }
}

service "reserved" {
  image           = image.i
  mem_reservation = "64m"
  deploy          = { resources = { reservations = { memory = "65m" } } } # ERROR OG129: is 68157440 bytes here, and mem_reservation is 67108864 bytes
}

service "replicated" {
  image    = image.i
  replicas = 3
  cpus     = 1
  deploy   = { resources = { limits = { cpus = replica.number } } } # ERROR OG129: is 2 here, and cpus is 1
}

service "negative" {
  image  = image.i
  deploy = { resources = { limits = { cpus = "-1" } } } # ERROR OG127: greater than 0
}

service "policy" {
  image  = image.i
  deploy = { restart_policy = { condition = "on-failur" } } # ERROR OG124: Did you mean "on-failure"?
}

service "attempts" {
  image = image.i
  deploy {
    restart_policy {
      condition    = "any"
      max_attempts = 3 # ERROR OG124: The engine refuses a number of attempts with the condition "any"
    }
  }
}

service "once" {
  image   = image.i
  oneshot = true
  compose = {
    deploy = { restart_policy = { condition = "any" } } # ERROR OG124: never completes
  }
}

service "unlimited" { # ERROR OG119: pids_limit weakens the protection of service.unlimited
  image  = image.known
  deploy = { resources = { limits = { pids = -1 } } }
}

image "known" {
  pull = "postgres:17"
}
