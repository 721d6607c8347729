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
  deploy = { replicas = 0 } # ERROR OG110: 0 replicas can't run. Use 1 to 1000. To leave a service out, use for_each over an empty set, or a profile.
}

service "wrong" {
  image = image.i
  deploy {
    replicas = "many" # ERROR OG110: "many" is not a valid number of replicas. Use 1 to 1000.
  }
}

service "twice" {
  image    = image.i
  replicas = 2
  deploy {
    replicas = 3 # ERROR OG129: deploy.replicas sets 3 instances here, but replicas sets 2, at main.hcl:31,14-15. Keep one of the two.
  }
}

service "thrice" {
  image   = image.i
  deploy  = local.four
  compose = { deploy = { replicas = "5" } } # ERROR OG129: deploy.replicas sets 5 instances here, but deploy.replicas sets 4, at main.hcl:39,13-23. Keep one of the two.
}

service "depends" {
  image  = image.i
  deploy = merge(local.four, { replicas = 2 + replica.index }) # ERROR OG110: The number of replicas can't depend on the replica, but it is 2 for one and 3 for another.
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
        memory = "1g" # ERROR OG129: deploy.resources.limits.memory is 1073741824 bytes here, but memory of resources is 536870912 bytes, at main.hcl:52,14-21.
        cpus   = "2.5" # ERROR OG129: deploy.resources.limits.cpus is 2.5 here, but cpus of resources is 1.5, at main.hcl:53,14-17.
        pids   = 99 # ERROR OG129: deploy.resources.limits.pids is 99 here, but pids_limit is 100, at main.hcl:50,16-19. Keep one of the two.
      }
    }
  }
}

service "composed" {
  image     = image.i
  mem_limit = "512MB"
  cpus      = 1
  compose = {
    cpus   = 2 # ERROR OG129: cpus of compose is 2 here, but cpus is 1, at main.hcl:69,15-16. Keep one of the two.
    deploy = { resources = { limits = { memory = 512 } } } # ERROR OG129: deploy.resources.limits.memory is 512 bytes here, but mem_limit is 536870912 bytes, at main.hcl:68,15-22. # ERROR OG127: 512 bytes is less than the 6 MB that the engine requires. Did you forget the unit, as in "512MB"?
  }
}

service "reserved" {
  image           = image.i
  mem_reservation = "64m"
  deploy          = { resources = { reservations = { memory = "65m" } } } # ERROR OG129: deploy.resources.reservations.memory is 68157440 bytes here, but mem_reservation is 67108864 bytes, at main.hcl:78,21-26.
}

service "replicated" {
  image    = image.i
  replicas = 3
  cpus     = 1
  deploy   = { resources = { limits = { cpus = replica.number } } } # ERROR OG129: deploy.resources.limits.cpus is 2 here, but cpus is 1, at main.hcl:85,14-15. Keep one of the two.
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
      max_attempts = 3 # ERROR OG124: The engine rejects a number of attempts with the condition "any": only "on-failure" supports it.
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
