system "x" {
  defaults {
    bind    = "everywhere" # ERROR OG111: "everywhere" is not a valid host address. Use one such as 127.0.0.1 or 0.0.0.0.
    restart = "sometimes"  # ERROR OG124: "sometimes" is not a valid restart policy; use "no", "always", "unless-stopped", "on-failure" or "on-failure:3".
    reason  = "?"          # ERROR OG011: A `defaults` block has no argument "reason".
    harden {
      cap_add = ["NET_ADMN"] # ERROR OG140: Did you mean "NET_ADMIN"?
    }
  }
}

image "mirror" {
  pull = "registry.example.org/db:17"
  runtime {
    like = "example/nothing:1" # ERROR OG141: There are no facts about "example/nothing:1".
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
    user           = "-1"                # ERROR OG141: "-1" is not a valid user. Use one such as "999:999".
    capabilities   = ["CAP_CHOWN", "ON"] # ERROR OG140: "ON" is not a Linux capability.
    volumes        = ["data"]            # ERROR OG141: "data" is not an absolute path
    ports          = [80, 70000]         # ERROR OG141: "70000" is not a valid port. Use a number from 1 to 65535.
    tools          = ["curl", "vim"]     # ERROR OG141: Image facts don't cover "vim"; they cover only bash, curl, nc, openssl, wget.
    starts_as      = true                # ERROR OG011: A `runtime` block has no argument "starts_as".
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
    cap_add = ["cap_sys_nice", "SYSTEM"] # ERROR OG140: "SYSTEM" is not a Linux capability.
    reason  = "it sets priorities"
  }
}
