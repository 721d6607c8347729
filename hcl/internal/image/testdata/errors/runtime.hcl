system "x" {
  defaults {
    bind    = "everywhere" # ERROR OG111: "everywhere" is no address
    restart = "sometimes"  # ERROR OG124: "sometimes" is no restart policy
    reason  = "?"          # ERROR OG011: no attribute "reason"
    harden {
      cap_add = ["NET_ADMN"] # ERROR OG140: Did you mean "NET_ADMIN"?
    }
  }
}

image "mirror" {
  pull = "registry.example.org/db:17"
  runtime {
    like = "example/nothing:1" # ERROR OG141: Nothing is known of "example/nothing:1". Name
  }
}

image "old" {
  pull = "registry.example.org/db:9"
  runtime {
    like = "postgres:9.6" # ERROR OG141: in this version
  }
}

image "wrong" {
  pull = "example/app:1"
  runtime {
    starts_as_root = true
    user           = "-1"                # ERROR OG141: is not a user
    capabilities   = ["CAP_CHOWN", "ON"] # ERROR OG140: "ON" is not a capability
    volumes        = ["data"]            # ERROR OG141: "data" is not an absolute path
    ports          = [80, 70000]         # ERROR OG141: "70000" is not a port
    tools          = ["curl", "vim"]     # ERROR OG141: don't speak of "vim"
    starts_as      = true                # ERROR OG011: no attribute "starts_as"
  }
}

image "never-root" {
  pull = "example/app:2"
  runtime {
    user         = "999"
    capabilities = ["CHOWN"] # ERROR OG141: starts_as_root = true
  }
}

service "s" {
  image = image.wrong
  harden {
    cap_add = ["cap_sys_nice", "SYSTEM"] # ERROR OG140: "SYSTEM" is not a capability
    reason  = "it sets priorities"
  }
}
